from __future__ import annotations

from typing import Any

import pytest
from starlette.types import ASGIApp

from otel_xray.console.store.sqlite import SqliteStore
from otel_xray.version import __version__
from tests.console.documents import CHILD, ROOT, TRACE_ID, W3C, entity, subsegment
from tests.console.web.asgi import ask


@pytest.fixture
def stored(store: SqliteStore) -> SqliteStore:
    """Return the store with one small trace."""
    store.put([entity(), entity(**subsegment(metadata={"a": {"b": 1}}))]).result()
    return store


@pytest.mark.parametrize("spelling", [TRACE_ID, W3C, W3C.upper()])
def test_a_trace_is_found_in_both_spellings(
    app: ASGIApp, stored: SqliteStore, spelling: str
) -> None:
    """The page accepts what X-Ray and what OpenTelemetry print."""
    answer = ask(app, f"/api/traces/{spelling}")
    assert (200, "application/json") == (answer.status, answer.headers["content-type"])
    assert answer.json["trace"]["entities"] == stored.state().entities
    assert [ROOT, CHILD] == [row["id"] for row in answer.json["rows"]]


@pytest.mark.usefixtures("stored")
def test_an_entity_is_shown_as_processed_and_as_received(app: ASGIApp) -> None:
    """Both sides are JSON objects."""
    answer = ask(app, f"/api/traces/{TRACE_ID}/entities/{CHILD}")
    assert {"a": {"b": 1}} == answer.json["document"]["metadata"]
    assert answer.json["document"] == answer.json["received"]


@pytest.mark.usefixtures("stored")
@pytest.mark.parametrize(
    ("url", "status", "reason"),
    [
        ("/api/traces/nonsense", 400, "'nonsense' is not a trace id"),
        (f"/api/traces/{'1' * 32}", 404, "was not received"),
        (f"/api/traces/{W3C}/entities/xyz", 400, "'xyz' is not an id"),
        (f"/api/traces/{W3C}/entities/{'1' * 16}", 404, "was not received"),
        ("/api/traces?limit=0", 400, "limit is '0'; write a number from 1 to 500"),
        ("/api/traces?limit=501", 400, "limit is '501'"),
        ("/api/traces?limit=1e3", 400, "limit is '1e3'"),
        (f"/api/traces?limit={'9' * 5000}", 400, "limit is '9999"),
        ("/api/traces?before=abc", 400, "before is 'abc'; write the next"),
        ("/nowhere", 404, "Not Found"),
    ],
)
def test_wrong_questions_are_answered_with_the_reason(
    app: ASGIApp, url: str, status: int, reason: str
) -> None:
    """Errors are JSON with a message that quotes the value."""
    answer = ask(app, url)
    assert status == answer.status
    assert reason in answer.json["message"]


def test_a_wrong_method_is_refused(app: ASGIApp) -> None:
    """Each route has its methods."""
    assert ask(app, "/api/traces", method="DELETE").status == 405
    assert ask(app, "/v1/traces").status == 405


def test_a_list_that_has_not_changed_is_not_sent_again(app: ASGIApp, stored: SqliteStore) -> None:
    """The revision is the ETag: 304 until something is stored."""
    first = ask(app, "/api/traces?limit=1")
    tag = first.headers["etag"]
    assert f'"{first.json["revision"]}"' == tag
    again = ask(app, "/api/traces?limit=1", headers={"If-None-Match": tag})
    assert (304, b"", tag) == (again.status, again.body, again.headers["etag"])
    stored.put([entity(id="70de5b6f19ff9a0c", parent_id=ROOT)]).result()
    changed = ask(app, "/api/traces?limit=1", headers={"If-None-Match": tag})
    assert changed.status == 200
    assert changed.json["revision"] > first.json["revision"]


def test_the_list_is_paged(app: ASGIApp, store: SqliteStore) -> None:
    """The cursor of one answer is the start of the next."""
    store.put(
        [entity(trace_id=f"1-5759e988-{number:024x}", start_time=number) for number in range(1, 6)]
    ).result()
    starts: list[float] = []
    cursor: Any = ""
    while cursor is not None:
        found = ask(app, f"/api/traces?limit=2&before={cursor}").json
        starts += [trace["start"] for trace in found["traces"]]
        cursor = found["next"]
    assert [5.0, 4.0, 3.0, 2.0, 1.0] == starts


def test_the_status_says_what_runs_where(app: ASGIApp, stored: SqliteStore) -> None:
    """Version and counters come from the store, the rest from whoever runs the application."""
    state = stored.state()
    assert ask(app, "/api/status").json == {
        "version": __version__,
        "database": "here",
        "revision": state.revision,
        "traces": 1,
        "entities": 2,
    }


def test_a_story_is_all_traces_with_a_key(app: ASGIApp, store: SqliteStore) -> None:
    """Each ``pair`` narrows it; limit is as for the list."""
    store.put([entity(annotations={"orderId": "1", "shop": 3})]).result()

    answer = ask(app, "/api/story?pair=orderId%3D1&pair=shop%3D3")
    assert (200, 1) == (answer.status, answer.json["total"])
    assert [TRACE_ID] == [trace["trace"]["id"] for trace in answer.json["traces"]]
    assert {"orderId": "1", "shop": "3"} == answer.json["pairs"]
    assert [] == ask(app, "/api/story?pair=orderId%3D2").json["traces"]


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ("", "write 1 to 50, as in orderId=71032"),
        ("pair=orderId", "'orderId' is no annotation; write key=value"),
        ("pair=a%3D1&limit=501", "limit is '501'"),
    ],
)
def test_a_story_needs_a_question(app: ASGIApp, query: str, reason: str) -> None:
    """What is no pair is refused with the reason."""
    answer = ask(app, f"/api/story?{query}")
    assert 400 == answer.status
    assert reason in answer.json["message"]
