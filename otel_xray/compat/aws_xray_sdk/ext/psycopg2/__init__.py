"""Queries to PostgreSQL through psycopg2."""

from .patch import patch

__all__ = ["patch"]
