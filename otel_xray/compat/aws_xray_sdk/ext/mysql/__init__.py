"""Queries to MySQL through its own connector."""

from .patch import patch

__all__ = ["patch"]
