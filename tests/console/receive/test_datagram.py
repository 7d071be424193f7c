from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from otel_xray.console.entity import Form, Kind
from otel_xray.console.receive.datagram import decode
from otel_xray.console.receive.originals import to_json
from otel_xray.errors import InvalidDocument
from tests.console.documents import CHILD, ROOT, datagram, document, subsegment

INNER = "70de5b6f19ff9a0c"


def test_a_segment_with_subsegments_becomes_flat_entities() -> None:
    """Each subsegment is an entity that knows its parent, and the segment keeps what arrived."""
    inner = {"id": INNER, "name": "b", "start_time": 1.0, "end_time": 2.0}
    outer = {"id": CHILD, "name": "a", "start_time": 1.0, "end_time": 2.0, "subsegments": [inner]}
    sent = document(subsegments=[outer])
    segment, *others = decode(datagram(sent))
    assert (int(ROOT, 16), Kind.SEGMENT) == (segment.id, segment.kind)
    assert {int(CHILD, 16): int(ROOT, 16), int(INNER, 16): int(CHILD, 16)} == {
        made.id: made.parent_id for made in others
    }
    assert sent == json.loads(to_json(segment.original, segment.body))
    assert "subsegments" not in json.loads(segment.body)


def test_a_flat_document_needs_no_copy_of_itself() -> None:
    """What says the same is kept once."""
    (made,) = decode(datagram(subsegment()))
    assert (Form.DOCUMENT, None) == (made.original.form, made.original.data)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "header"),
        (datagram(document(name=None)), "MissingName"),
        (datagram(document(trace_id="x")), "InvalidTraceId"),
        (datagram(document(subsegments=[{"id": "x"}])), "InvalidId"),
    ],
)
def test_what_x_ray_would_refuse_is_refused_with_its_word(data: bytes, reason: str) -> None:
    """One bad subsegment refuses the whole document."""
    with pytest.raises(InvalidDocument, match=reason):
        decode(data)


@settings(deadline=None)
@given(st.binary(max_size=200))
def test_no_bytes_break_it(data: bytes) -> None:
    """Any datagram gives entities or InvalidDocument."""
    for body in (data, datagram(document()).replace(b"orders", data)):
        try:
            decode(body)
        except InvalidDocument:
            continue
