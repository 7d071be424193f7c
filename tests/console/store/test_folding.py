from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from pathlib import Path

from otel_xray.console.store.folding import Folding
from otel_xray.console.store.schema import open_database
from tests.console.documents import entity


def test_numbers_that_were_forgotten_are_found_again(tmp_path: Path) -> None:
    """A small cache gives the same traces and strings as a large one."""
    with closing(open_database(tmp_path / "x.db")) as connection:
        folding = Folding(connection, cached=1)
        for number in (1, 2, 3, 1, 2, 3):
            made = replace(entity(name=f"name {number % 2}"), trace_id=number)
            folding.apply([made, replace(made, id=number)])
        assert [(3,)] == connection.execute("select count(*) from trace").fetchall()
        assert [(2,)] == connection.execute("select count(*) from string").fetchall()
        assert [(3, 6)] == connection.execute("select traces, entities from state").fetchall()
