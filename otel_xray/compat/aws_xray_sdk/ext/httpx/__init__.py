"""The patch of httpx."""

from .patch import patch as patch

__all__ = ["patch"]
