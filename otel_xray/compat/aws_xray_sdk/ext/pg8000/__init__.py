"""Queries to PostgreSQL through pg8000."""

from .patch import patch, unpatch

__all__ = ["patch", "unpatch"]
