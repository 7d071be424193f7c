from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from otel_xray.errors import InvalidDocument
from otel_xray.segments.validation import refuse, validate
from tests.segments.making import steady

SEGMENT = {
    "name": "orders",
    "id": "53995c3f42cd8ad8",
    "trace_id": "1-5759e988-bd862e3fe1be46a994272793",
    "start_time": 1.5e9,
    "end_time": 1.5e9 + 1,
}
SUBSEGMENT = {**SEGMENT, "type": "subsegment", "parent_id": "0102030405060708"}
INLINE = {"name": "inner", "id": "0102030405060709", "start_time": 1, "end_time": 2}


def without(document: dict[str, Any], member: str) -> dict[str, Any]:
    """Return *document* without one member."""
    return {key: value for key, value in document.items() if key != member}


@pytest.mark.parametrize(
    "document",
    [
        SEGMENT,
        SUBSEGMENT,
        {**SEGMENT, "type": "segment", "parent_id": "0102030405060708"},
        {**without(SEGMENT, "end_time"), "in_progress": True},
        {**SEGMENT, "in_progress": False},
        {**SEGMENT, "name": "\u00fc_.:/%&#=+\\-@ 1"},
        {**SEGMENT, "subsegments": [{**INLINE, "subsegments": [INLINE]}]},
        {**SEGMENT, "subsegments": None},
    ],
)
def test_what_x_ray_takes_is_valid(document: Any) -> None:
    """Required members, in the forms that X-Ray knows, are enough."""
    validate(document)


@pytest.mark.parametrize(
    ("document", "code"),
    [
        ([], "ParseError"),
        ({**SEGMENT, "type": "span"}, "UnknownType"),
        ({**SEGMENT, "type": ["segment"]}, "UnknownType"),
        (without(SEGMENT, "id"), "MissingId"),
        ({**SEGMENT, "id": ""}, "MissingId"),
        ({**SEGMENT, "id": "xyz"}, "InvalidId"),
        ({**SEGMENT, "id": 5}, "InvalidId"),
        (without(SEGMENT, "name"), "MissingName"),
        ({**SEGMENT, "name": "a?b"}, "InvalidName"),
        ({**SEGMENT, "name": "a" * 201}, "InvalidName"),
        ({**SEGMENT, "name": 5}, "InvalidName"),
        (without(SEGMENT, "trace_id"), "MissingTraceId"),
        ({**SEGMENT, "trace_id": "5759e988bd862e3fe1be46a994272793"}, "InvalidTraceId"),
        (without(SEGMENT, "start_time"), "MissingStartTime"),
        ({**SEGMENT, "start_time": "now"}, "MissingStartTime"),
        ({**SEGMENT, "start_time": True}, "MissingStartTime"),
        (without(SEGMENT, "end_time"), "MissingEndTime"),
        ({**SEGMENT, "in_progress": True}, "InProgressSegmentHasEndTime"),
        ({**SUBSEGMENT, "in_progress": True}, "InProgressSubsegmentHasEndTime"),
        (without(SUBSEGMENT, "parent_id"), "MissingParentId"),
        ({**SUBSEGMENT, "parent_id": "xyz"}, "InvalidParentId"),
        ({**SEGMENT, "parent_id": "xyz"}, "InvalidParentId"),
        ({**SEGMENT, "subsegments": [without(INLINE, "id")]}, "MissingId"),
        ({**SEGMENT, "subsegments": [{**INLINE, "subsegments": [{}]}]}, "MissingId"),
        ({**SEGMENT, "subsegments": [7]}, "ParseError"),
        ({**SEGMENT, "subsegments": {}}, "ParseError"),
    ],
)
def test_a_refusal_has_x_rays_word(document: Any, code: str) -> None:
    """The code is the one that PutTraceSegments answers; the text quotes the value."""
    refusal = refuse(document)

    assert refusal is not None
    assert code == refusal.code
    with pytest.raises(InvalidDocument, match=f"ErrorCode: {code}: "):
        validate(document)


def test_a_refusal_says_what_is_there_and_what_to_do() -> None:
    """X-Ray's message is followed by the reason."""
    refusal = refuse({**SEGMENT, "id": "x" * 100})  # type: ignore[typeddict-item]

    assert refusal is not None
    assert refusal.message == "Invalid segment. ErrorCode: InvalidId"
    assert refusal.reason.startswith("id is 'xxx")
    assert refusal.reason.endswith("...; it must be 16 hexadecimal digits.")


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=5,
)


@steady
@given(st.dictionaries(st.sampled_from([*SUBSEGMENT, "subsegments", "in_progress"]), json_values))
def test_any_object_is_judged(document: Any) -> None:
    """Junk is refused, not stumbled over."""
    refusal = refuse(document)

    assert refusal is None or refusal.code
