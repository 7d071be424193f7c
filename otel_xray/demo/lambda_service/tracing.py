"""
How the Lambda service traces: the header that it passes on and the segments that it makes.

With active tracing a trace gets two segments of each invocation, ``AWS::Lambda`` (the service)
and ``AWS::Lambda::Function``, both named after the function (developer guide, "Visualize Lambda
function invocations using AWS X-Ray"). Nothing here is invented: the times are the measured ones.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable
from random import SystemRandom

from otel_xray.demo.lambda_service.function import (
    ACCOUNT,
    Failure,
    Function,
    Invocation,
    Outcome,
    Phases,
    Span,
)
from otel_xray.errors import InvalidTraceHeader
from otel_xray.model import header, ids
from otel_xray.model.document import Cause, Document, ExceptionRecord, Json
from otel_xray.model.header import TraceHeader

_RANDOM = SystemRandom()


def new_id() -> ids.SpanId:
    """Return a new segment id."""
    return _RANDOM.getrandbits(64) or 1


def read(text: str | None) -> TraceHeader:
    """Read a caller's tracing header; one that cannot be read counts as none."""
    try:
        return header.parse(text or "")
    except InvalidTraceHeader:
        return TraceHeader()


def for_function(caller: TraceHeader, function: Function) -> TraceHeader:
    """
    Return the header that the function gets.

    Its parent is the function's own segment. A trace without a decision is sampled: here every
    trace is to be seen.
    """
    root = caller.root or ids.from_parts(int(time.time()), _RANDOM.getrandbits(ids.RANDOM_BITS))
    onward = caller._replace(fields={**caller.fields, "Lineage": _lineage(caller, function)})
    return onward.with_span(root, new_id(), sampled=caller.sampled is not False)


def _lineage(caller: TraceHeader, function: Function) -> str:
    """
    Write Lambda's loop protection: requests so far, the function, its part in a loop.

    ``<counter>:<8 hex digits>:<loops>``; a lineage that cannot be read starts anew.
    """
    own = hashlib.sha256(function.arn.encode()).hexdigest()[:8]
    requests, _, rest = caller.fields.get("Lineage", "").partition(":")
    first, _, loops = rest.partition(":")
    if not (requests.isdecimal() and loops.isdecimal()):
        return f"1:{own}:0"
    return f"{int(requests) + 1}:{first}:{int(loops) + (first == own)}"


def failure(payload: bytes, cause: str) -> Failure:
    """
    Read an error that the runtime posted.

    Args:
        payload: the error object, ``{"errorType": …, "errorMessage": …}``.
        cause: JSON text of what X-Ray shall say; the runtime leaves it out now and then.
    """
    try:
        error: Json = json.loads(payload)
        kind, message = str(error["errorType"]), str(error["errorMessage"])
    except (ValueError, KeyError, TypeError):
        kind, message = "Error", payload.decode("utf-8", "replace")
    return Failure(kind, message, _stated(cause) or _cause(kind, message))


def _stated(text: str) -> Cause | None:
    try:
        cause: Cause = json.loads(text)
        exceptions = [_identified(exception) for exception in cause.get("exceptions", ())]
    except (ValueError, AttributeError, TypeError):
        return None
    return {**cause, "exceptions": exceptions}


def _identified(exception: ExceptionRecord) -> ExceptionRecord:
    return {"id": ids.to_hex(new_id()), **exception}


def _cause(kind: str, message: str) -> Cause:
    return {"exceptions": [_identified({"type": kind, "message": message})]}


def segments(
    function: Function,
    invocation: Invocation,
    phases: Phases,
    outcome: Outcome,
    new_id: Callable[[], ids.SpanId] = new_id,
) -> list[Document]:
    """Return the two segments of an invocation; none when the trace is not sampled."""
    if not invocation.header.sampled:
        return []
    service_id = ids.to_hex(new_id())
    service = _segment(function, invocation, service_id, "AWS::Lambda")
    service["start_time"], service["end_time"] = invocation.arrived, outcome.ended
    service["http"] = {"response": {"status": 202 if invocation.queued else 200}}
    if invocation.caller.parent is not None and invocation.caller.root is not None:
        service["parent_id"] = ids.to_hex(invocation.caller.parent)
    own = ids.to_hex(invocation.header.parent or new_id())
    execution = _segment(function, invocation, own, "AWS::Lambda::Function")
    execution["parent_id"] = service_id
    return [service, _execution(execution, phases, outcome, new_id)]


def _segment(function: Function, invocation: Invocation, own: str, origin: str) -> Document:
    return {
        "id": own,
        "trace_id": ids.to_xray(invocation.header.root or 0),
        "name": function.name,
        "origin": origin,
        "resource_arn": function.arn,
        "aws": {
            "account_id": ACCOUNT,
            "function_arn": function.arn,
            "request_id": invocation.request_id,
        },
    }


def _execution(
    segment: Document, phases: Phases, outcome: Outcome, new_id: Callable[[], ids.SpanId]
) -> Document:
    stretches = {name: span for name, of in _PHASES if (span := of(phases))}
    spans = [*stretches.values()] or [Span(outcome.ended, outcome.ended)]
    subsegments: dict[str, Document] = {
        name: {
            "id": ids.to_hex(new_id()),
            "name": name,
            "start_time": span.start,
            "end_time": span.end,
        }
        for name, span in stretches.items()
    }
    segment["start_time"] = min(span.start for span in spans)
    segment["end_time"] = max(span.end for span in spans)
    segment["subsegments"] = [*subsegments.values()]
    if outcome.failure:
        failed = subsegments.get("Invocation", subsegments.get("Initialization", segment))
        for document in (segment, failed):
            document["fault"] = True
            document["cause"] = outcome.failure.cause
    return segment


_PHASES: tuple[tuple[str, Callable[[Phases], Span | None]], ...] = (
    ("Initialization", lambda phases: phases.initialization),
    ("Invocation", lambda phases: phases.invocation),
    ("Overhead", lambda phases: phases.overhead),
)
