"""The patch of botocore."""

from .patch import patch as patch

__all__ = ["patch"]
