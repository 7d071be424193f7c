from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from otel_xray.errors import InvalidDocument
from otel_xray.model.limits import DATAGRAM_BYTES, DOCUMENT_BYTES, DOCUMENTS_PER_CALL
from otel_xray.segments.framing import (
    HEADER,
    MAX_DEPTH,
    batches,
    datagrams,
    parse_datagram,
    parse_document,
    to_json,
)
from tests.segments.making import steady

SEGMENT: Any = {
    "name": "orders",
    "id": "53995c3f42cd8ad8",
    "trace_id": "1-5759e988-bd86",
    "x": "\u00fc",
}


def read(documents: list[bytes]) -> list[Any]:
    """Return the documents of datagrams, none of which is too large."""
    assert all(len(one) <= len(HEADER) + DOCUMENT_BYTES <= DATAGRAM_BYTES for one in documents)
    return [parse_datagram(one) for one in documents]


def test_a_datagram_is_a_header_and_a_document() -> None:
    """The daemon's header, a line feed, and JSON in UTF-8."""
    (datagram,) = datagrams({"name": "\u00fc"})

    assert datagram == b'{"format":"json","version":1}\n{"name":"\xc3\xbc"}'


def test_reading_undoes_writing() -> None:
    """A datagram gives back its document."""
    assert read(datagrams(SEGMENT)) == [SEGMENT]


def test_a_small_document_keeps_its_subsegments() -> None:
    """What fits is sent as it is."""
    document: Any = {**SEGMENT, "subsegments": [{"name": "a", "id": "0102030405060708"}]}

    assert read(datagrams(document)) == [document]


def test_subsegments_of_a_large_document_are_sent_apart() -> None:
    """Each becomes a document of its own, and nothing is lost."""
    inner: list[Any] = [
        {"name": "a", "id": f"{n:016x}", "metadata": {"default": {"text": "x" * 30_000}}}
        for n in range(3)
    ]
    document: Any = {**SEGMENT, "subsegments": inner}
    found = read(datagrams(document))

    assert found[0] == SEGMENT
    assert found[1:] == [
        {
            **one,
            "type": "subsegment",
            "trace_id": SEGMENT["trace_id"],
            "parent_id": SEGMENT["id"],
        }
        for one in inner
    ]


def test_the_largest_metadata_is_left_out_first() -> None:
    """A marker says how much stood there; smaller values stay."""
    values = {"large": "x" * 50_000, "middle": "y" * 40_000, "small": 1}
    document: Any = {**SEGMENT, "metadata": {"default": values, "other": {"a": [1]}}}
    (found,) = read(datagrams(document))

    assert found["metadata"]["other"] == {"a": [1]}
    assert found["metadata"]["default"]["middle"] == "y" * 40_000
    assert found["metadata"]["default"]["small"] == 1
    assert found["metadata"]["default"]["large"].startswith("<50002 bytes left out by otel-xray")
    assert document["metadata"]["default"]["large"] == "x" * 50_000


def test_as_many_values_are_left_out_as_it_takes() -> None:
    """The next largest value follows when the largest was not enough."""
    values = {"a": "x" * 70_000, "b": "y" * 69_000, "c": "z" * 10_000}
    document: Any = {**SEGMENT, "metadata": {"default": values}}
    (found,) = read(datagrams(document))

    assert ["<70002 byt", "<69002 byt", "zzzzzzzzzz"] == [
        value[:10] for value in found["metadata"]["default"].values()
    ]


def test_stacks_are_left_out_next() -> None:
    """Frames that are left out are counted, and other members stay."""
    frame = {"path": "p" * 1_000, "line": 1, "label": "f"}
    exceptions = [
        {"id": "0"},
        {"id": "1", "stack": [frame] * 40},
        {"id": "2", "stack": [frame] * 40, "truncated": 2},
    ]
    document: Any = {**SEGMENT, "cause": {"exceptions": exceptions}, "annotations": {"a": 1}}
    (found,) = read(datagrams(document))

    assert found["annotations"] == {"a": 1}
    assert found["cause"]["exceptions"][1] == {"id": "1", "truncated": 40}
    assert found["cause"]["exceptions"][2]["truncated"] == 2
    assert len(found["cause"]["exceptions"][2]["stack"]) == 40


def test_other_members_are_left_out_last() -> None:
    """The largest member goes whole, without which the document is still one."""
    document: Any = {
        **SEGMENT,
        "sql": {"sanitized_query": "S" * 70_000},
        "http": {"request": {"method": "GET"}},
        "cause": {"exceptions": "junk"},
        "metadata": "junk",
    }
    (found,) = read(datagrams(document))

    assert "sql" not in found
    assert found["http"] == {"request": {"method": "GET"}}


def test_what_cannot_be_left_out_is_refused() -> None:
    """A name of 70,000 characters has no smaller form."""
    with pytest.raises(InvalidDocument, match=r"bytes more than 64000 .* shorten its name"):
        datagrams({"name": "x" * 70_000})


def cycle() -> Any:
    """Return a document that contains itself."""
    document: dict[str, Any] = {"name": "a"}
    document["metadata"] = document
    return document


@pytest.mark.parametrize(
    "document",
    [{"name": "a", "x": float("nan")}, {"name": "a", "x": b"bytes"}, cycle()],
    ids=["nan", "bytes", "cycle"],
)
def test_what_is_no_json_is_refused(document: Any) -> None:
    """The text names the document."""
    with pytest.raises(InvalidDocument, match="document named 'a' is no JSON"):
        datagrams(document)


def test_half_a_surrogate_pair_is_replaced() -> None:
    """UTF-8 has no form for it, so another character stands in its place."""
    assert to_json({"name": "\ud800"}) == b'{"name":"?"}'
    assert parse_document(b'{"\\uD800":["\\udc00",1]}') == {"\ufffd": ["\ufffd", 1]}
    assert parse_document('{"name":"\\ud83d\\ude00"}') == {"name": "\U0001f600"}


@pytest.mark.parametrize(
    "header",
    [
        b'{"format":"json","version":1}',
        b'{"format": "json", "version": 1}',
        b' { "version" : 1.0, "format" : "JSON", "more" : 2 } \r',
    ],
)
def test_the_header_is_compared_as_json(header: bytes) -> None:
    """Blanks, order and case of the header do not matter."""
    assert parse_datagram(header + b'\n\n {"name":"a"}\n') == {"name": "a"}


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "header of the datagram is no JSON"),
        (b'{"name":"a"}', "datagram's header is .*must be"),
        (b'{"format":"xml","version":1}\n{}', "datagram's header is .*xml"),
        (b'{"format":"json","version":2}\n{}', "datagram's header is .*2"),
        (b"[]\n{}", "datagram's header is"),
        (b"T1S\nabc", "header of the datagram is no JSON .*T1S"),
        (HEADER, "document is no JSON"),
        (HEADER + b"{", "document is no JSON"),
        (HEADER + b"[]", "document is b.*; it must be a JSON object"),
        (HEADER + b'"' + b"x" * 100 + b'"', r"document is b'.*\.\.\.; it must"),
        (HEADER + b'{"a":NaN}', "NaN is no number of JSON"),
        (HEADER + b'{"a":-Infinity}', "-Infinity is no number of JSON"),
        (HEADER + b'{"a":1e999}', "1e999 is no number of JSON"),
        (HEADER + b'{"a":' + b"9" * 5_000 + b"}", "document is no JSON"),
        (HEADER + b'{"a":"\xff"}', "document is no JSON"),
        (HEADER + b"[" * 100_000, "nested more than"),
        (HEADER + b'{"a":' * 300 + b"1" + b"}" * 300, "nested more than"),
    ],
    ids=range(17),
)
def test_what_is_no_datagram_is_quoted(data: bytes, message: str) -> None:
    """The text says what is wrong and shows the beginning of what is there."""
    with pytest.raises(InvalidDocument, match=message):
        parse_datagram(data)


def test_brackets_in_text_and_side_by_side_are_no_nesting() -> None:
    """Only depth counts."""
    document = {"text": '[{"' * 500, "list": [[]] * (MAX_DEPTH + 1)}

    assert document == parse_document(json.dumps(document))


@steady
@given(st.binary() | st.text().map(str.encode).map(HEADER.__add__))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    """Nothing but InvalidDocument comes out of bytes that are no datagram."""
    try:
        found = parse_datagram(data)
    except InvalidDocument:
        return
    assert parse_document(to_json(found)) == found


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)


@steady
@given(st.dictionaries(st.text(), json_values))
def test_any_document_survives_the_wire(document: Any) -> None:
    """Whatever JSON holds is read back as it was written."""
    assert [json.loads(json.dumps(document))] == [
        parse_datagram(one) for one in datagrams(document)
    ]


@pytest.mark.parametrize(
    ("documents", "sizes"), [(0, []), (1, [1]), (50, [50]), (51, [50, 1]), (120, [50, 50, 20])]
)
def test_a_call_takes_fifty_documents(documents: int, sizes: list[int]) -> None:
    """PutTraceSegments takes no more; the order is kept and nothing is left over."""
    numbered: list[Any] = [{**SEGMENT, "x": number} for number in range(documents)]
    made = list(batches(iter(numbered)))

    assert sizes == list(map(len, made))
    assert numbered == [one for batch in made for one in batch]


def test_a_large_document_counts_as_what_it_is_split_into() -> None:
    """Its subsegments are documents of the call, none of them too large."""
    inner: list[Any] = [
        {"name": "a", "id": f"{n:016x}", "metadata": {"default": {"text": "x" * 2_000}}}
        for n in range(1, 60)
    ]
    large: Any = {**SEGMENT, "subsegments": inner}
    first, second = batches([SEGMENT, large])
    made = [*first, *second]

    assert (len(first), len(second)) == (DOCUMENTS_PER_CALL, 11)
    assert [one["id"] for one in made] == [SEGMENT["id"], SEGMENT["id"], *(i["id"] for i in inner)]
    assert all(len(to_json(one)) <= DOCUMENT_BYTES for one in made)


def test_what_no_call_takes_is_refused() -> None:
    """A document that cannot be made small enough is named, when its turn comes."""
    made = batches([SEGMENT, {"name": "x" * 70_000}])

    with pytest.raises(InvalidDocument, match="shorten its name"):
        next(made)


sized = st.dictionaries(
    st.sampled_from(["a", "b", "c"]), st.integers(0, 70_000).map("x".__mul__), max_size=3
)


@steady
@given(st.lists(sized, max_size=3), sized, st.sampled_from(["", "\u00fc", '"']))
def test_nothing_that_is_sent_is_ever_too_large(inside: Any, values: Any, odd: str) -> None:
    """However much metadata there is, in however wide characters, no datagram exceeds the limit."""
    inner = [
        {"name": "a", "id": f"{n:016x}", "metadata": {"default": values}}
        for n, values in enumerate(inside)
    ]
    values = {key: value.replace("x", odd) for key, value in values.items()} if odd else values
    document: Any = {**SEGMENT, "metadata": {"default": values}, "subsegments": inner}
    found = read(datagrams(document))

    assert [one["id"] for one in found] in (
        [SEGMENT["id"]],
        [SEGMENT["id"], *(one["id"] for one in inner)],
    )
    assert found == [one for batch in batches([document]) for one in batch]
