from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTracePartialSuccess,
    ExportTraceServiceResponse,
)

from otel_xray.exporters.batches import Refusal
from otel_xray.exporters.otlp_answer import refusal


def protobuf(spans: int, reason: str) -> bytes:
    """Return an answer as the official messages write it."""
    partial = ExportTracePartialSuccess(rejected_spans=spans, error_message=reason)
    answer: bytes = ExportTraceServiceResponse(partial_success=partial).SerializeToString()
    return answer


def as_json(spans: int, reason: str) -> bytes:
    """Return an answer in JSON, whose 64-bit numbers are texts."""
    partial = {"rejectedSpans": str(spans), "errorMessage": reason}
    return json.dumps({"partialSuccess": partial}).encode()


@given(st.integers(1, (1 << 63) - 1), st.text(st.characters(codec="ascii"), min_size=1))
def test_what_was_refused_is_read_in_both_encodings(spans: int, reason: str) -> None:
    """Number and reason come through, the reason in one line."""
    found = refusal(protobuf(spans, reason))

    assert found == refusal(as_json(spans, reason))
    assert found is not None
    assert spans == found.spans
    assert found.reason.isprintable()


@pytest.mark.parametrize("answer", [b"", b"{}", protobuf(0, ""), b'{"partialSuccess":null}'])
def test_no_refusal_is_nothing(answer: bytes) -> None:
    """Receivers that took everything have nothing to report."""
    assert refusal(answer) is None


def test_a_warning_refuses_nothing() -> None:
    """A receiver may have something to say while it takes every span."""
    assert Refusal(0, "slow down") == refusal(protobuf(0, "slow down"))
    assert Refusal(0, "slow down") == refusal(as_json(0, "slow down"))


def test_fields_of_later_versions_are_passed_over() -> None:
    """An answer that says more than is known says what is known."""
    later = b"\x10\x05\x19" + bytes(8) + b"\x25" + bytes(4) + b"\x2a\x01x"

    assert Refusal(3, "full") == refusal(later + protobuf(3, "full"))


@given(st.binary() | st.binary().map(lambda tail: b"{" + tail))
def test_whatever_is_answered_raises_nothing(answer: bytes) -> None:
    """What is no such answer refuses nothing that could be known."""
    found = refusal(answer)

    assert found is None or found.spans >= 0


@pytest.mark.parametrize(
    "answer",
    [
        b"\x0a\x05x",  # shorter than it says
        b"\xff" * 11,  # a number without end
        b"\x0b\x01",  # a wire type of the past
        b'{"partialSuccess":3}',
        b'{"partialSuccess":{"rejectedSpans":"many"}}',
        b'{"partialSuccess":',
    ],
)
def test_broken_answers_are_none(answer: bytes) -> None:
    """A receiver that took the spans but cannot answer has taken them."""
    assert refusal(answer) is None
