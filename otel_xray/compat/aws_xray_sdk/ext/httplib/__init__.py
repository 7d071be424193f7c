"""The patch of http.client."""

from .patch import add_ignored as add_ignored
from .patch import patch as patch
from .patch import reset_ignored as reset_ignored
from .patch import unpatch as unpatch

__all__ = ["add_ignored", "patch", "reset_ignored", "unpatch"]
