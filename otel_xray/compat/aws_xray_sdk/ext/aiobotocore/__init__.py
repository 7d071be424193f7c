"""The patch of aiobotocore."""

from .patch import patch as patch

__all__ = ["patch"]
