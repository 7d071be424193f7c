"""Statements that SQLAlchemy executes."""

from .patch import patch, unpatch

__all__ = ["patch", "unpatch"]
