"""A store and the application over it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.types import ASGIApp

from otel_xray.console.store.sqlite import SqliteStore
from otel_xray.console.web.app import create_app


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    """Return an empty store."""
    with SqliteStore(tmp_path / "console.db") as opened:
        yield opened


@pytest.fixture
def app(store: SqliteStore, tmp_path: Path) -> ASGIApp:
    """Return the application on loopback, with a small page."""
    static = tmp_path / "static"
    (static / "assets").mkdir(parents=True)
    (static / "index.html").write_text("<title>console</title>")
    (static / "assets" / "index-1.js").write_text("1")
    (tmp_path / "static" / "secret").write_text("x")
    return create_app(store, static=static, status=lambda: {"database": "here"})
