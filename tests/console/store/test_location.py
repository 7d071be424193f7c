from __future__ import annotations

from pathlib import Path

import pytest

from otel_xray.console.store.location import cache_directory, default_path
from otel_xray.errors import ConfigurationError


def test_the_cache_directory_follows_xdg() -> None:
    """XDG_CACHE_HOME counts when it is absolute, else it is ~/.cache."""
    assert Path("/c/otel-xray/console.db") == default_path({"XDG_CACHE_HOME": "/c", "HOME": "/h"})
    assert Path("/h/.cache") == cache_directory({"XDG_CACHE_HOME": "relative", "HOME": "/h"})
    assert Path("/h/.cache") == cache_directory({"HOME": "/h"})


def test_without_home_the_system_is_asked() -> None:
    """The user database knows a home directory that the environment does not."""
    assert cache_directory({}).name == ".cache"


def test_a_user_without_home_is_told_to_name_a_file(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither the environment nor the system knows a home: the remedy is --db."""

    def homeless() -> Path:
        raise RuntimeError

    monkeypatch.setattr(Path, "home", homeless)
    with pytest.raises(ConfigurationError, match="--db PATH"):
        cache_directory({})
