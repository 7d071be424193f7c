"""Queries to PostgreSQL through psycopg."""

from .patch import patch

__all__ = ["patch"]
