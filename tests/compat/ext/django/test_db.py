"""Cursors of Django's databases; whole databases are in the programs of `test_differential`."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import pytest

from otel_xray.testing import Recording
from tests.compat.ext.web_contract import documents


class Cursor:
    """A cursor of a driver that knows procedures, and fails for one query."""

    def execute(self, query: str, *_parameters: Any) -> str:
        """Run a query."""
        if query == "FAIL":
            raise RuntimeError(query)
        return f"ran {query}"

    def callproc(self, proc: str, args: Any = ()) -> str:
        """Call a procedure."""
        return f"called {proc} with {list(args)}"


class Connection:
    """A connection without cursors for chunks."""

    vendor = "ours"

    def __init__(self, **settings: str) -> None:
        self.settings_dict = {"HOST": "", "USER": "", **settings}

    def cursor(self) -> Cursor:
        """Return a cursor."""
        return Cursor()


@pytest.fixture
def recorder(recorded: Recording) -> Any:
    """Return the recorder, which records everything."""
    found = import_module("aws_xray_sdk.core").xray_recorder
    found.configure(sampling=False)
    return found


@pytest.fixture
def db(recorder: Any) -> Any:
    """Return the module."""
    return import_module("aws_xray_sdk.ext.django.db")


def test_a_procedure_is_told_as_the_query(db: Any, recorder: Any, recorded: Recording) -> None:
    """With arguments or, unlike with the X-Ray SDK, without."""
    with recorder.in_segment("shop"):
        cursor = db.DjangoXRayTracedCursor(Cursor(), {"database_type": "ours"})
        assert "called refill with [7]" == cursor.callproc("refill", [7])
        assert "called refill with []" == cursor.callproc("refill")

    one, other, _ = documents(recorded)
    for document in (one, other):
        assert {"database_type": "ours", "sanitized_query": "refill"} == document["sql"]
        assert "remote" == document["namespace"]


def test_a_query_that_fails_leaves_nothing_behind(
    db: Any, recorder: Any, recorded: Recording
) -> None:
    """Difference: with the X-Ray SDK its text is told of what follows without texts."""
    with recorder.in_segment("shop"):
        cursor = db.DjangoXRayTracedCursor(Cursor(), {"database_type": "ours"})
        with pytest.raises(RuntimeError):
            cursor.execute("FAIL")
        recorder.configure(stream_sql=False)
        assert "ran SELECT" == cursor.execute("SELECT")

    failed, ran, _ = documents(recorded)
    assert "FAIL" == failed["sql"]["sanitized_query"]
    assert failed["fault"]
    assert {"database_type": "ours"} == ran["sql"]


def test_a_class_of_connections_is_patched_once(
    db: Any, recorder: Any, recorded: Recording
) -> None:
    """And only the kinds of cursors that it has."""

    class Patched(Connection):
        pass

    db._patch_conn(Patched)
    db._patch_conn(Patched)
    with recorder.in_segment("shop"):
        Patched(HOST="db.example.com", USER="ann").cursor().execute("SELECT")

    query, _ = documents(recorded)
    assert "db.example.com" == query["name"]
    assert {"database_type": "ours", "user": "ann", "sanitized_query": "SELECT"} == query["sql"]
    assert not hasattr(Patched, "chunked_cursor")
