from __future__ import annotations

import json
import sqlite3
import tempfile
import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from otel_xray.console.entity import FAULT, Entity
from otel_xray.console.query.summaries import page, summary
from otel_xray.console.store.base import StoreUnavailable
from otel_xray.console.store.sqlite import SqliteStore
from otel_xray.model.ids import to_hex
from tests.console.documents import CHILD, ROOT, START, TRACE, entity, subsegment
from tests.console.store.model import fold

OTHER = "1-5759e988-bd862e3fe1be46a994272794"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    """Return an empty store."""
    with SqliteStore(tmp_path / "console.db") as opened:
        yield opened


def part(**members: Any) -> Entity:
    """Return the entity of an independent subsegment."""
    return entity(**subsegment(**members))


def contents(store: SqliteStore, trace_id: int = TRACE) -> dict[str, tuple[str, bool]]:
    """Return name and progress of every entity of a trace."""
    found = store.trace(trace_id)
    return {row.id: (row.name, row.in_progress) for row in found.rows} if found else {}


def test_what_was_put_can_be_read_at_once(store: SqliteStore) -> None:
    """A store is read-your-writes: the future is done, the trace is there."""
    store.put([entity(), part(annotations={"orderId": "7"})]).result()
    assert {ROOT: ("orders", False), CHILD: ("work", False)} == contents(store)
    state = store.state()
    assert (1, 2) == (state.traces, state.entities)
    found = store.document(TRACE, int(CHILD, 16))
    assert found is not None
    assert {"orderId": "7"} == json.loads(found.body)["annotations"]


def test_what_is_not_there_is_none(store: SqliteStore) -> None:
    """Unknown traces and entities are None, and the list is empty."""
    assert store.trace(1) is None
    assert store.document(1, 1) is None
    assert () == store.newest(10).outlines


def test_the_first_completed_version_wins(store: SqliteStore) -> None:
    """A completed entity is replaced by nothing, one in progress by any later version."""
    for made in (
        entity(name="started", end_time=None),
        entity(name="going", in_progress=True, end_time=None),
        entity(name="done"),
        entity(name="again"),
        entity(name="late", end_time=None),
    ):
        store.put([made]).result()
    assert {ROOT: ("done", False)} == contents(store)
    assert store.state().entities == 1


def test_a_replaced_version_leaves_nothing_behind(store: SqliteStore) -> None:
    """Annotations and times of a version in progress go when the completed one comes."""
    early = entity(end_time=None, start_time=START - 9, annotations={"old": 1}, user="ann")
    store.put([early]).result()
    store.put([entity(annotations={"new": 2})]).result()
    (outline,) = store.newest(1).outlines
    assert ((("new", 2),), START, None) == (outline.annotations, outline.start, outline.user)


def test_repeated_deliveries_change_nothing(store: SqliteStore) -> None:
    """A commit in which nothing is new keeps the revision, so that no page reloads for it."""
    store.put([entity()]).result()
    before = store.state()
    store.put([entity(), entity(name="other")]).result()
    assert before == store.state()
    store.put([part()]).result()
    assert store.state().revision == before.revision + 1


IDS = st.sampled_from([f"{number:016x}" for number in range(1, 5)])
VERSIONS = st.builds(
    lambda trace, one, parent, name, start, open_, notes: entity(
        trace_id=trace,
        id=one,
        parent_id=parent,
        name=name,
        start_time=float(start),
        end_time=None if open_ else 50.0,
        annotations=notes,
    ),
    st.sampled_from([OTHER, "1-5759e988-bd862e3fe1be46a994272793"]),
    IDS,
    st.none() | IDS,
    st.sampled_from(["a", "b", "c"]),
    st.integers(0, 9),
    st.booleans(),
    st.dictionaries(
        st.sampled_from("xyz"), st.booleans() | st.integers(0, 3) | st.text(max_size=2), max_size=2
    ),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(VERSIONS, max_size=6), max_size=5))
def test_the_store_agrees_with_the_folding_rules(batches: list[list[Entity]]) -> None:
    """Whatever arrives, in whatever order and groups, the store holds what the rules say."""
    expected = fold(made for batch in batches for made in batch)
    with (
        tempfile.TemporaryDirectory() as directory,
        SqliteStore(Path(directory) / "console.db") as store,
    ):
        for batch in batches:
            store.put(batch).result()
        assert len(expected) == store.state().entities
        assert len({trace for trace, _ in expected}) == store.state().traces
        for trace_id in {trace for trace, _ in expected}:
            check_trace(store, trace_id, list(expected.values()))
        rows = [row for outline in store.newest(9).outlines for row in outline_ids(store, outline)]
        assert sorted(to_hex(one) for _, one in expected) == sorted(rows)


def outline_ids(store: SqliteStore, outline: Any) -> list[str]:
    """Return the ids of a listed trace."""
    return list(contents(store, outline.trace_id))


def check_trace(store: SqliteStore, trace_id: int, kept: list[Entity]) -> None:
    """Compare one trace with what the rules kept of it."""
    own = [made for made in kept if made.trace_id == trace_id]
    found = store.trace(trace_id)
    assert found is not None
    assert {to_hex(made.id): made.name for made in own} == {row.id: row.name for row in found.rows}
    ids = {made.id for made in own}
    outline = found.outline
    assert min(made.start for made in own) == outline.start
    assert sum(made.in_progress for made in own) == outline.pending
    assert any(made.parent_id not in {None, *ids} for made in own) == outline.partial
    pairs = {(k, type(v), v) for made in own for k, v in made.annotations.items()}
    assert pairs == {(k, type(v), v) for k, v in outline.annotations}
    roots = [made for made in own if made.parent_id is None]
    assert bool(roots) == (outline.root is not None)
    for made in own:
        document = store.document(trace_id, made.id)
        assert document is not None
        assert made.body == document.body


def test_the_order_of_completed_pieces_does_not_matter(tmp_path: Path) -> None:
    """A child before its parent, one by one or together: the same trace comes out."""
    pieces = [entity(), part(), part(id="70de5b6f19ff9a0c", parent_id=CHILD, fault=True)]
    seen: list[Any] = []
    for number, order in enumerate(([0, 1, 2], [2, 1, 0], [1, 2, 0])):
        with SqliteStore(tmp_path / f"{number}.db") as store:
            for index in order:
                store.put([pieces[index]]).result()
            (outline,) = store.newest(1).outlines
            seen.append(summary(outline))
    assert seen[0] == seen[1] == seen[2]
    assert seen[0]["hasFault"]


def test_the_list_is_newest_first_and_paged(store: SqliteStore) -> None:
    """A cursor continues behind the last trace, also among traces that began together."""
    for number in range(1, 8):
        made = replace(entity(start_time=START + number // 3), trace_id=number)
        store.put([made]).result()
    seen: list[int] = []
    cursor = None
    while True:
        found = store.newest(3, cursor)
        seen += [outline.trace_id for outline in found.outlines]
        cursor = found.next
        if cursor is None:
            break
    assert [7, 6, 5, 4, 3, 2, 1] == seen


def test_the_root_is_the_earliest_segment_without_parent(store: SqliteStore) -> None:
    """Services are the names of all segments, the user is the first that one of them names."""
    store.put(
        [
            entity(id=f"{9:016x}", name="second", start_time=START + 5),
            entity(name="first", http={"request": {"method": "GET"}}, end_time=START + 3),
            entity(
                id=f"{8:016x}",
                parent_id=CHILD,
                name="callee",
                user="bob",
                fault=True,
                start_time=START + 1,
            ),
            part(name="call"),
        ]
    ).result()
    (outline,) = store.newest(1).outlines
    assert outline.root is not None
    assert ("first", "GET", 0) == (outline.root.name, outline.root.method, outline.root.flags)
    assert (("first", "callee", "second"), "bob") == (outline.services, outline.user)
    assert (FAULT, False, 4) == (outline.flags, outline.partial, outline.entities)


def test_an_outline_is_made_anew_when_its_trace_changes(store: SqliteStore) -> None:
    """What is remembered between two polls is never stale."""
    store.put([entity()]).result()
    assert [1] == [outline.entities for outline in store.newest(1).outlines]
    assert [1] == [outline.entities for outline in store.newest(1).outlines]
    store.put([part()]).result()
    assert [2] == [outline.entities for outline in store.newest(1).outlines]


def test_readers_and_writers_do_not_disturb_each_other(store: SqliteStore) -> None:
    """While one thread writes, others read whole states: counters and list agree."""
    problems: list[object] = []

    def read() -> None:
        for _ in range(60):
            found = store.newest(500)
            if found.state.traces != len(found.outlines):
                problems.append(page(found))

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    for number in range(1, 100):
        store.put([replace(entity(), trace_id=number)]).result()
    for reader in readers:
        reader.join()
    assert [] == problems


def test_many_small_deliveries_become_few_commits(store: SqliteStore) -> None:
    """What waits while a transaction runs goes into the next one."""
    before = store.state().revision
    futures = [store.put([replace(entity(), trace_id=number)]) for number in range(1, 2001)]
    for future in futures:
        future.result()
    state = store.state()
    assert state.traces == 2000
    assert state.revision - before < 1000


def test_closing_stores_what_was_put(tmp_path: Path) -> None:
    """A future that was handed out is kept, and later ones fail with the reason."""
    store = SqliteStore(tmp_path / "console.db")
    futures = [store.put([replace(entity(), trace_id=number)]) for number in range(1, 50)]
    store.close()
    assert all(future.done() and future.exception() is None for future in futures)
    with pytest.raises(StoreUnavailable, match="shutting down"):
        store.put([entity()]).result()
    with SqliteStore(tmp_path / "console.db") as again:
        assert again.state().traces == 49


def test_one_entity_that_cannot_be_stored_does_not_take_others_with_it(store: SqliteStore) -> None:
    """A delivery fails alone, whatever shares its transaction; numbers given to it are not kept."""
    broken = replace(entity(name="never seen"), trace_id=5, flags=1 << 70)
    futures = [store.put([entity()]), store.put([broken]), store.put([part(name="never seen")])]
    with pytest.raises(StoreUnavailable, match="could not keep"):
        futures[1].result()
    assert futures[0].exception() is None
    assert futures[2].exception() is None
    assert {ROOT: ("orders", False), CHILD: ("never seen", False)} == contents(store)


def test_who_gives_up_before_the_work_begins_is_not_served(store: SqliteStore) -> None:
    """A cancelled delivery breaks nothing, and others go on."""
    with closing(sqlite3.connect(store.path, isolation_level=None)) as blocker:
        blocker.execute("begin immediate")
        first = store.put([entity()])
        while not first.running():
            threading.Event().wait(0.01)
        second = store.put([part()])
        assert second.cancel()
        blocker.execute("commit")
    first.result()
    store.put([]).result()
    assert {ROOT} == set(contents(store))


def test_a_query_that_fails_is_reported_and_others_go_on(store: SqliteStore) -> None:
    """Somebody who breaks the file with another tool gets an error, not a dead console."""
    store.put([entity()]).result()
    with closing(sqlite3.connect(store.path)) as other:
        other.execute("drop table annotation")
    with pytest.raises(StoreUnavailable, match="no such table: annotation"):
        store.newest(1)
    assert store.state().traces == 1


def test_more_traces_than_are_remembered_can_be_listed(store: SqliteStore) -> None:
    """What is remembered between two polls is bounded, the list is not."""
    count = 2_100
    store.put([replace(entity(), trace_id=number) for number in range(1, count + 1)]).result()
    seen = 0
    found = store.newest(500)
    while found.next is not None:
        seen += len(found.outlines)
        found = store.newest(500, found.next)
    assert count == seen + len(found.outlines)


def test_a_database_that_vanished_is_reported(tmp_path: Path) -> None:
    """A reader that cannot open the file says which."""
    with SqliteStore(tmp_path / "console.db") as store:
        for file in tmp_path.iterdir():
            file.unlink()
        with pytest.raises(StoreUnavailable, match=r"console\.db' cannot be read"):
            store.state()
