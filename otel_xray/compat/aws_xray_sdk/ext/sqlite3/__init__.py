"""Queries to SQLite."""

from .patch import patch

__all__ = ["patch"]
