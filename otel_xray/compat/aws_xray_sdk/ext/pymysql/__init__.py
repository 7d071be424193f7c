"""Queries to MySQL through PyMySQL."""

from .patch import patch, unpatch

__all__ = ["patch", "unpatch"]
