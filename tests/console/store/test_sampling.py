from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from otel_xray.console.store.base import StoreUnavailable
from otel_xray.console.store.sampling import KEPT_SECONDS, SamplingStore, StoredRule, Window
from otel_xray.console.store.schema import open_database
from otel_xray.errors import ConfigurationError

RULE = StoredRule("a", {"FixedRate": 0.5}, 10.0, 20.0)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return a console's database."""
    open_database(tmp_path / "console.db").close()
    return tmp_path / "console.db"


@pytest.fixture
def store(path: Path) -> Iterator[SamplingStore]:
    """Return an empty store."""
    with SamplingStore(path) as opened:
        yield opened


def test_rules_survive_a_restart(path: Path) -> None:
    """With the time of the last change, which deleting one is, too."""
    with SamplingStore(path) as store:
        assert ([], 0) == (store.rules(), store.modified())
        store.put(RULE)
        store.put(StoredRule("b", {}, 1.0, 30.0))
        store.delete("b", 40.0)
    with SamplingStore(path) as store:
        assert ([RULE], 40.0) == (store.rules(), store.modified())


def test_a_rule_is_replaced_by_name(store: SamplingStore) -> None:
    """There is one of each name."""
    store.put(RULE)
    store.put(RULE._replace(body={"FixedRate": 1}))

    assert [{"FixedRate": 1}] == [rule.body for rule in store.rules()]


def test_statistics_add_up_in_windows(path: Path) -> None:
    """Of ten seconds; they survive a restart for a day."""
    with SamplingStore(path) as store:
        store.count([("a", 1, 1, 0), ("b", 5, 0, 0)], 1000.0)
        store.count([("a", 2, 0, 1)], 1009.9)
        store.count([("a", 4, 0, 0)], 1010.0)
    with SamplingStore(path) as store:
        expected = [
            Window(1000, "a", 3, 1, 1),
            Window(1000, "b", 5, 0, 0),
            Window(1010, "a", 4, 0, 0),
        ]
        assert expected == store.windows(0)
        assert expected[2:] == store.windows(1001)
        store.count([("a", 1, 0, 0)], 1010.0 + KEPT_SECONDS)
        assert [1010] == sorted({window.start for window in store.windows(0)})[:1]


def test_without_a_file_they_are_kept_in_memory() -> None:
    """Each store for itself."""
    with SamplingStore() as store, SamplingStore() as other:
        store.put(RULE)

        assert ([RULE], []) == (store.rules(), other.rules())


def test_a_file_that_cannot_be_used_is_refused(tmp_path: Path) -> None:
    """It is left as it was."""
    path = tmp_path / "notes"
    path.write_text("no database, but long enough to be one" * 100)

    with pytest.raises(ConfigurationError, match=r"notes.*--db PATH"):
        SamplingStore(path)


def test_a_database_that_fails_says_so(path: Path) -> None:
    """An exporter, or a client, then tries again later; nothing is half written."""
    with SamplingStore(path) as store:
        store.put(RULE)
        with closing(sqlite3.connect(path)) as other:
            other.execute("drop table sampling_change")
        with pytest.raises(StoreUnavailable, match="cannot be read or kept"):
            store.put(RULE._replace(name="b"))

        assert [RULE] == store.rules()
