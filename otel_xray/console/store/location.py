"""Where the database lies when nobody says."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from otel_xray.errors import ConfigurationError


def cache_directory(environ: Mapping[str, str]) -> Path:
    """
    Return the user's cache directory (XDG Base Directory Specification).

    Args:
        environ: the environment; ``XDG_CACHE_HOME`` counts only when it is absolute.

    Raises:
        ConfigurationError: neither the environment nor the system knows a home directory.
    """
    cache = Path(environ.get("XDG_CACHE_HOME", ""))
    if cache.is_absolute():
        return cache
    home = environ.get("HOME")
    try:
        return (Path(home) if home else Path.home()) / ".cache"
    except RuntimeError as error:
        msg = "No home directory is known; say where the database is to be with --db PATH."
        raise ConfigurationError(msg) from error


def default_path(environ: Mapping[str, str]) -> Path:
    """Return the database that ``otel-xray console`` uses without ``--db``."""
    return cache_directory(environ) / "otel-xray" / "console.db"
