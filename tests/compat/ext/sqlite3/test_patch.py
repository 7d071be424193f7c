"""What the X-Ray SDK's patch of SQLite breaks, and the alias's does not."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import pytest

from otel_xray import compat
from otel_xray.testing import Recording
from tests.compat.ext import queries
from tests.compat.ext.conftest import Patch


@pytest.fixture(autouse=True)
def _patched(patch: Patch) -> None:
    patch("sqlite3", (sqlite3, "connect"))


def names(path: Any, **options: Any) -> list[str]:
    """Return the names of the subsegments of one query."""

    def query() -> None:
        connection = sqlite3.connect(*([path] if path else []), **options)
        connection.execute("SELECT 1")
        connection.close()

    return [one["name"] for one in queries.recorded(query)]


def test_a_database_may_be_given_by_keyword(recorded: Recording) -> None:
    """Python allows that; the X-Ray SDK raises IndexError."""
    assert [":memory:"] == names(None, database=":memory:")


@pytest.mark.parametrize("kind", [str, Path, lambda path: str(path).encode()])
def test_a_query_is_called_after_the_file(recorded: Recording, tmp_path: Path, kind: Any) -> None:
    """Whatever kind of path it is: its text is the name."""
    path = kind(tmp_path / "orders.db")
    assert [str(path)] == names(path)


def test_what_cannot_be_opened_raises_as_before() -> None:
    """The application gets the driver's own errors."""
    with pytest.raises(sqlite3.OperationalError):
        sqlite3.connect("/nowhere/orders.db")
    with pytest.raises(TypeError):
        sqlite3.connect()  # type: ignore[call-overload]


def test_a_database_is_copied_into_one_that_is_recorded() -> None:
    """The driver takes only its own connections; under the X-Ray SDK that raises TypeError."""
    source, target = sqlite3.connect(":memory:"), sqlite3.connect(":memory:")
    plain = sqlite3.Connection(":memory:")
    source.execute("CREATE TABLE orders (id)")
    source.backup(target, pages=0)
    source.backup(plain)
    for copy in (target, plain):
        assert [("orders",)] == list(copy.execute("SELECT name FROM sqlite_master"))
    for connection in (source, target, plain):
        connection.close()


def test_patching_again_records_once(recorded: Recording, patch: Patch) -> None:
    """A query is one subsegment, however often the library is patched."""
    patch("sqlite3")
    assert [":memory:"] == names(":memory:")


def test_without_the_alias_connections_are_plain(recorded: Recording, patch: Patch) -> None:
    """What was patched passes calls on when the alias is taken back, and is taken over by a new."""
    compat.uninstall()
    connection = sqlite3.connect(":memory:")
    assert sqlite3.Connection is type(connection)
    connection.close()

    compat.install()
    patch("sqlite3")
    assert [":memory:"] == names(":memory:")
