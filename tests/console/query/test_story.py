from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from otel_xray.console.query.story import story, wanted
from otel_xray.console.store.sqlite import SqliteStore
from otel_xray.errors import ConfigurationError
from tests.console.documents import CHILD, ROOT, START, TRACE_ID, entity, subsegment

OTHER = "1-5759e988-bd862e3fe1be46a994272794"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    """Return an empty store."""
    with SqliteStore(tmp_path / "console.db") as opened:
        yield opened


def told(store: SqliteStore, *pairs: str) -> dict[str, Any]:
    """Return the story of *pairs*."""
    asked = wanted(pairs)
    return story(asked, store.correlated(asked, 100))


def ids(found: dict[str, Any]) -> list[str]:
    """Return the trace ids of a story."""
    return [trace["trace"]["id"] for trace in found["traces"]]


@pytest.mark.parametrize(
    ("pair", "values"),
    [
        ("a=71032", ("71032", 71032)),
        ("a=1e3", ("1e3", 1000.0)),
        ("a=-0.5", ("-0.5", -0.5)),
        ("a=true", ("true", True)),
        ("a=False", ("False",)),
        ("a=1_0", ("1_0",)),
        ("a=1e999", ("1e999",)),
        ("a=nan", ("nan",)),
        ("a=inf", ("inf",)),
        ("a=x=y", ("x=y",)),
        (f"a={2**63}", (str(2**63),)),
        (f"a={2**63 - 1}", (str(2**63 - 1), 2**63 - 1)),
        ("a=٣", ("٣",)),
    ],
)
def test_a_value_is_everything_that_is_shown_so(pair: str, values: tuple[object, ...]) -> None:
    """Whoever asks need not know whether a text or a number was recorded."""
    found = wanted([pair])["a"]

    assert values == found
    assert [type(value) for value in values] == [type(value) for value in found]


@pytest.mark.parametrize("pairs", [[], ["a"], ["=1"], ["a="], ["a=1", "a=1"], ["a=\ud800"]])
def test_what_is_no_question_is_refused(pairs: list[str]) -> None:
    """The message quotes it and gives an example."""
    with pytest.raises(ConfigurationError, match=r"write|twice"):
        wanted(pairs)


def test_more_keys_than_a_trace_has_are_refused() -> None:
    """No trace has more than 50 annotations."""
    with pytest.raises(ConfigurationError, match="51 annotations are given; write 1 to 50"):
        wanted(f"key{number}=1" for number in range(51))


def test_the_traces_come_in_their_order(store: SqliteStore) -> None:
    """With the time between them, whichever arrived first."""
    later = {"trace_id": OTHER, "start_time": START + 10, "end_time": START + 12}
    store.put([entity(**later, annotations={"orderId": "1"})]).result()
    store.put([entity(), entity(**subsegment(annotations={"orderId": "1"}))]).result()

    found = told(store, "orderId=1")
    assert [TRACE_ID, OTHER] == ids(found)
    assert [None, 9.0] == [trace["gap"] for trace in found["traces"]]
    assert [ROOT, CHILD] == [row["id"] for row in found["traces"][0]["rows"]]


def test_every_key_must_be_there(store: SqliteStore) -> None:
    """On any entity of the trace: the API's segment may have one, the handler another."""
    store.put(
        [
            entity(annotations={"orderId": "1"}),
            entity(**subsegment(annotations={"shop": 3})),
            entity(trace_id=OTHER, annotations={"orderId": "1", "shop": 4}),
        ]
    ).result()

    assert [TRACE_ID] == ids(told(store, "orderId=1", "shop=3"))
    assert 2 == told(store, "orderId=1")["total"]
    assert [] == ids(told(store, "orderId=1", "shop=5"))


@pytest.mark.parametrize(
    ("recorded", "asked", "expression"),
    [
        ("71032", "71032", 'annotation.a = "71032"'),
        (71032, "71032", "annotation.a = 71032"),
        (71032.0, "71032", "annotation.a = 71032"),
        (True, "true", "annotation.a = true"),
        ("true", "true", 'annotation.a = "true"'),
    ],
)
def test_the_filter_has_the_type_that_was_recorded(
    store: SqliteStore, recorded: Any, asked: str, expression: str
) -> None:
    """In X-Ray a text equals no number, so the expression asks for what is there."""
    store.put([entity(annotations={"a": recorded})]).result()

    found = told(store, f"a={asked}")
    assert [TRACE_ID] == ids(found)
    assert expression == found["filters"]["X-Ray"]


def test_true_is_not_one(store: SqliteStore) -> None:
    """A boolean is found as such, and a number is."""
    other = entity(trace_id=OTHER, annotations={"a": True})
    store.put([entity(annotations={"a": 1}), other]).result()

    assert [TRACE_ID] == ids(told(store, "a=1"))
    assert [OTHER] == ids(told(store, "a=true"))


def test_both_types_are_asked_for_where_both_were_recorded(store: SqliteStore) -> None:
    """Two services may disagree about what a key is."""
    other = entity(trace_id=OTHER, annotations={"a": "7"})
    store.put([entity(annotations={"a": 7}), other]).result()

    found = told(store, "a=7")
    assert 2 == len(ids(found))
    assert '(annotation.a = "7" OR annotation.a = 7)' == found["filters"]["X-Ray"]


def test_links_name_the_trace_that_they_lead_to(store: SqliteStore) -> None:
    """In the story by its number, outside of it by its id alone; what is no link is left out."""
    links = [
        {"trace_id": TRACE_ID, "id": ROOT, "attributes": {"link.kind": "resume"}},
        {"trace_id": "1-00000000-000000000000000000000009", "id": CHILD, "attributes": 5},
        {"trace_id": "nonsense", "id": CHILD},
        "nonsense",
    ]
    later = {"trace_id": OTHER, "start_time": START + 10, "annotations": {"a": 1}}
    second = entity(**later, end_time=START + 11, links=links)
    store.put([entity(annotations={"a": 1}), second]).result()

    first, found = (trace["links"] for trace in told(store, "a=1")["traces"])
    assert [] == first
    assert [(ROOT, "resume", 1), (CHILD, None, None)] == [
        (link["id"], link["kind"], link["number"]) for link in found
    ]
    assert {ROOT} == {link["from"] for link in found}
    assert TRACE_ID == found[0]["trace"]


@given(st.text(min_size=1).filter(lambda text: "=" not in text), st.text(min_size=1))
def test_any_text_can_be_asked_for(key: str, value: str) -> None:
    """What is Unicode is a question; nothing else comes out."""
    try:
        assert value == wanted([f"{key}={value}"])[key][0]
    except ConfigurationError as error:
        assert "write" in str(error)
        with pytest.raises(UnicodeEncodeError):
            f"{key}{value}".encode()
