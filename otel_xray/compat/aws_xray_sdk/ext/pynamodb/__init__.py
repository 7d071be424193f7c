"""The patch of pynamodb."""

from .patch import patch as patch

__all__ = ["patch"]
