"""The span of a handler: what it begins with, and how it ends."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from traceback import StackSummary, TracebackException
from typing import Any

from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.trace import (
    Link,
    NonRecordingSpan,
    Span,
    SpanContext,
    Status,
    StatusCode,
    Tracer,
)
from opentelemetry.util.types import AttributeValue

from otel_xray.aws_lambda.origin import Origin
from otel_xray.mapping import exceptions
from otel_xray.model import keys
from otel_xray.spans import faults, starting
from otel_xray.spans.parent import remote
from otel_xray.spans.wanted import WantedIds

_FAULT_TYPE = "exception_type"  # of awslambdaric's FaultException
_OURS = __file__.rpartition("/")[0]


def start(
    tracer: Tracer,
    origin: Origin,
    name: str,
    time: int,
    attributes: Mapping[str, AttributeValue],
    links: Sequence[Link],
) -> Span:
    """
    Start the span of a handler.

    Args:
        tracer: makes it.
        origin: where it belongs.
        name: of the span.
        time: when the work began, in nanoseconds since the epoch.
        attributes: of the span.
        links: to other spans.

    Returns:
        a span that records nothing, where somebody has decided so.
    """
    if not origin.sampled:
        return NonRecordingSpan(_unsampled(origin))
    around = NonRecordingSpan(origin.parent) if origin.parent else trace.INVALID_SPAN
    with WantedIds(origin.trace_id):
        return starting.start(
            tracer,
            name,
            trace.set_span_in_context(around, Context()),
            kind=origin.kind,
            attributes=attributes,
            links=links,
            start_time=time,
        )


def _unsampled(origin: Origin) -> SpanContext:
    """Return a parent under which nothing is recorded, in the trace that was decided about."""
    if origin.parent is not None:
        return origin.parent
    return remote(origin.trace_id or 0, random.getrandbits(64) or 1, sampled=False)


def attributes_of(context: Any) -> dict[str, AttributeValue]:
    """
    Return what Lambda's context object says of an invocation.

    Args:
        context: of any shape; None in a test.
    """
    found: dict[str, AttributeValue] = {}
    request = getattr(context, "aws_request_id", None)
    if isinstance(request, str):
        found[keys.FAAS_INVOCATION_ID] = request
    arn = getattr(context, "invoked_function_arn", None)
    if isinstance(arn, str) and arn:
        found[keys.LAMBDA_INVOKED_ARN] = arn
        # arn:aws:lambda:<region>:<account>:function:<name>[:<alias or version>]
        parts = arn.split(":")
        found[keys.CLOUD_RESOURCE_ID] = ":".join(parts[:7])
        found[keys.CLOUD_ACCOUNT] = parts[4] if len(parts) > 4 else ""  # noqa: PLR2004  the fifth part
    return found


def fail(span: Span, error: BaseException) -> None:
    """Record that the handler has raised *error*, or that there is none because of it."""
    event = faults.event(error, remote=False, stack=_stack)
    summary = exceptions.summary(error)
    kind = getattr(error, _FAULT_TYPE, None)
    if kind is not None:  # the runtime's own, which says what Lambda reports
        summary = getattr(error, "msg", "")
        event |= {keys.EXCEPTION_TYPE: kind, keys.EXCEPTION_MESSAGE: summary}
    span.add_event(keys.EXCEPTION_EVENT, event)
    span.set_attribute(keys.FAULT, value=True)
    span.set_status(Status(StatusCode.ERROR, summary))


def _stack(error: BaseException) -> str:
    """Return the traceback of *error* without our own frames at its beginning."""
    described = TracebackException.from_exception(error)
    frames = list(described.stack)
    while frames and frames[0].filename.startswith(_OURS):
        del frames[0]
    described.stack = StackSummary.from_list(frames)
    return "".join(described.format())
