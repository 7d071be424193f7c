"""How the Lambda service reads headers and errors, and writes segments."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from otel_xray.demo.lambda_service import tracing
from otel_xray.demo.lambda_service.function import (
    Function,
    Invocation,
    Outcome,
    Phases,
    Span,
)
from otel_xray.model.header import TraceHeader
from otel_xray.segments.validation import validate

FUNCTION = Function("f", "f.handler", Path())
CALLER = TraceHeader(root=1 << 96 | 1, parent=2, sampled=True)
INVOCATION = Invocation("r", b"{}", CALLER, CALLER.with_span(1 << 96 | 1, 3, sampled=True), 10.0)


def _ids() -> Callable[[], int]:
    numbers = iter(range(100, 200))
    return lambda: next(numbers)


@pytest.mark.parametrize(
    ("lineage", "expected"),
    [
        (None, "1:{own}:0"),
        ("", "1:{own}:0"),
        ("a87bd80c:1|68fd508a:5", "1:{own}:0"),
        ("x:a87bd80c:1", "1:{own}:0"),
        ("25:a87bd80c:1", "26:a87bd80c:1"),
        ("25:{own}:1", "26:{own}:2"),
    ],
)
def test_lineage(lineage: str | None, expected: str) -> None:
    """Lineage counts requests and loops; what cannot be read starts anew."""
    own = tracing.for_function(CALLER, FUNCTION).fields["Lineage"].split(":")[1]
    fields = {} if lineage is None else {"Lineage": lineage.format(own=own)}
    passed = tracing.for_function(CALLER._replace(fields=fields), FUNCTION)
    assert passed.fields["Lineage"] == expected.format(own=own)


@pytest.mark.parametrize(
    ("payload", "kind", "message"),
    [
        (b'{"errorType": "KeyError", "errorMessage": "x"}', "KeyError", "x"),
        (b'{"errorType": "KeyError"}', "Error", '{"errorType": "KeyError"}'),
        (b"not JSON", "Error", "not JSON"),
        (b"[1]", "Error", "[1]"),
        (b"\xff", "Error", "\ufffd"),
    ],
)
def test_an_error_is_read(payload: bytes, kind: str, message: str) -> None:
    """Type and message come from the error object; what is none is the message as it stands."""
    failure = tracing.failure(payload, "")
    assert (failure.type, failure.message) == (kind, message)
    (exception,) = failure.cause["exceptions"]
    assert (exception["type"], exception["message"]) == (kind, message)


def test_a_stated_cause_is_kept() -> None:
    """The cause that the runtime states is kept whole, and its exceptions get ids."""
    stated = {"working_directory": "/x", "paths": ["/x/f.py"], "exceptions": [{"type": "E"}]}
    cause = tracing.failure(b"{}", json.dumps(stated)).cause
    assert cause["working_directory"] == "/x"
    assert cause["exceptions"][0]["type"] == "E"
    assert len(cause["exceptions"][0]["id"]) == 16


@given(payload=st.binary(), cause=st.text())
def test_no_error_is_too_odd(payload: bytes, cause: str) -> None:
    """Whatever a runtime posts becomes a cause that JSON can carry."""
    json.dumps(tracing.failure(payload, cause).cause, allow_nan=False)


@given(json_cause=st.recursive(st.none() | st.integers() | st.text(), st.lists))
def test_no_cause_is_too_odd(json_cause: object) -> None:
    """Whatever JSON a runtime states as the cause, an exception with an id comes of it."""
    for cause in (json_cause, {"exceptions": json_cause}):
        exceptions = tracing.failure(b"oh", json.dumps(cause)).cause["exceptions"]
        assert all("id" in exception for exception in exceptions)


def test_segments_are_valid_documents() -> None:
    """Both segments, and the subsegments in them, are documents that X-Ray takes."""
    phases = Phases(Span(10.1, 10.2), Span(10.2, 10.3), Span(10.3, 10.4))
    failed = Outcome(b"", 10.3, tracing.failure(b"{}", ""))
    for outcome in (Outcome(b"", 10.3), failed):
        for document in tracing.segments(FUNCTION, INVOCATION, phases, outcome, _ids()):
            validate(document)


def test_without_a_phase_there_is_still_a_segment() -> None:
    """An invocation for which nothing could be started has a function segment that failed."""
    outcome = Outcome(b"", 10.5, tracing.failure(b"{}", ""))
    _, function = tracing.segments(FUNCTION, INVOCATION, Phases(), outcome, _ids())
    assert function["subsegments"] == []
    assert function["start_time"] == function["end_time"] == 10.5
    assert function["fault"] is True
