"""
The ``cause`` section: exceptions, with their stacks and what led to them.

Exceptions are recorded whatever the span's status is; without any, the message of a failed span is
one. X-Ray refers to an exception that a subsegment recorded by its id alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice
from typing import TypeAlias, cast

from otel_xray.model import ids, keys
from otel_xray.model.document import Cause, ExceptionRecord, Json
from otel_xray.model.ids import SpanId
from otel_xray.model.span import EventData, Kind, SpanData, StatusCode
from otel_xray.segments import stacks, values
from otel_xray.segments.field import (
    Field,
    Left,
    first,
    flag,
    integer,
    restore,
    table,
    texts,
    write,
)
from otel_xray.segments.traceback_python import Raised, chain

NewId: TypeAlias = Callable[[], SpanId]

# Of the process, as attributes of the span.
MEMBERS = table(
    Field("working_directory", ("aws.xray.cause.working_directory",)),
    Field("paths", ("aws.xray.cause.paths",), texts),
)
# Of one exception, as attributes of its event.
COUNTS = (
    Field("truncated", ("aws.xray.exception.truncated",), integer),
    Field("skipped", ("aws.xray.exception.skipped",), integer),
)
EXCEPTION = table(
    Field("id", (keys.EXCEPTION_ID,)),
    Field("type", (keys.EXCEPTION_TYPE,)),
    Field("message", (keys.EXCEPTION_MESSAGE,)),
    Field("remote", (keys.EXCEPTION_REMOTE,), flag),
    Field("cause", ("aws.xray.exception.cause",)),
    *COUNTS,
)

FRAMES = 100  # of one exception; what is more is counted in "truncated"
EXCEPTIONS = 50  # of one event

HTTP_FAILURE_EVENT = "HTTP request failure"  # of the AWS SDK for Java's instrumentation
HTTP_FAILURE_TYPE = "aws.http.error.event"
STATUS_TEXT = "http.status_text"

_CALLS = frozenset({Kind.CLIENT, Kind.PRODUCER})


def section(
    span: SpanData, language: str, left: Left, new_id: NewId, *, aws: bool
) -> Cause | str | None:
    """
    Return the section, or the id of an exception recorded elsewhere; None when nothing failed.

    Args:
        span: whose events and status are read.
        language: ``telemetry.sdk.language``, which decides how stack traces are read.
        left: attributes that no section has taken yet.
        new_id: makes ids of exceptions that have none.
        aws: the span is a call of an AWS API.
    """
    if span.events:
        records = list(_records(span, language, new_id, aws=aws))
        if len(records) == 1 and _is_reference(span.events):
            return records[0].get("id")
        if records:
            return cast("Cause", {**restore(MEMBERS, left), "exceptions": records})
    if span.status is not StatusCode.ERROR:
        return None
    message = values.text(span.status_message) or first((STATUS_TEXT,), left)
    if not message:
        return None
    if left.get(STATUS_TEXT) == message:
        del left[STATUS_TEXT]
    return {"exceptions": [{"id": ids.to_hex(new_id()), "message": message}]}


def _records(
    span: SpanData, language: str, new_id: NewId, *, aws: bool
) -> Iterator[ExceptionRecord]:
    for event in span.events:
        if event.name == keys.EXCEPTION_EVENT:
            yield from _exception(values.own(event.attributes), span.kind, language, new_id)
        elif aws and event.name == HTTP_FAILURE_EVENT:
            yield from _http_failure(event, new_id)


def _is_reference(events: Sequence[EventData]) -> bool:
    """Say whether an exception is named by its id and described elsewhere."""
    return any(
        event.name == keys.EXCEPTION_EVENT
        and keys.EXCEPTION_STACKTRACE not in event.attributes
        and _id(event.attributes) is not None
        for event in events
    )


def _exception(
    attributes: Mapping[str, Json], kind: Kind, language: str, new_id: NewId
) -> Iterator[ExceptionRecord]:
    """Yield the exception of an event, then those that its stack trace says led to it."""
    trace = attributes.get(keys.EXCEPTION_STACKTRACE)
    raised = (isinstance(trace, str) and stacks.parse(trace, language)) or Raised()
    remote = attributes.get(keys.EXCEPTION_REMOTE)
    if not isinstance(remote, bool):
        remote = kind in _CALLS
    records = _chain(raised, new_id, remote=remote)
    top = records[0]
    top["type"] = first((keys.EXCEPTION_TYPE,), attributes) or ""
    top["message"] = first((keys.EXCEPTION_MESSAGE,), attributes) or ""
    top.update(cast("ExceptionRecord", write(COUNTS, dict(attributes))))
    known = _id(attributes)
    if known is not None:
        top["id"] = known
    yield from records


def _chain(raised: Raised, new_id: NewId, *, remote: bool) -> list[ExceptionRecord]:
    found = list(islice(chain(raised), EXCEPTIONS))
    numbers = {id(one): ids.to_hex(new_id()) for one in found}
    return [_record(one, numbers, remote=remote) for one in found]


def _record(raised: Raised, numbers: Mapping[int, str], *, remote: bool) -> ExceptionRecord:
    record: ExceptionRecord = {
        "id": numbers[id(raised)],
        "type": raised.type,
        "message": raised.message,
        "remote": remote,
    }
    truncated = raised.truncated + max(0, len(raised.stack) - FRAMES)
    if truncated:
        record["truncated"] = truncated
    if raised.stack:
        record["stack"] = raised.stack[:FRAMES]
    if id(raised.cause) in numbers:
        record["cause"] = numbers[id(raised.cause)]
    return record


def _http_failure(event: EventData, new_id: NewId) -> Iterator[ExceptionRecord]:
    code = event.attributes.get(keys.HTTP_STATUS)
    message = event.attributes.get("aws.http.error_message")
    if code is not None and isinstance(message, str):
        seconds = f"{event.time / 1e9:.6f}"
        yield {
            "id": ids.to_hex(new_id()),
            "type": HTTP_FAILURE_TYPE,
            "message": f"{values.plain(code)}@{seconds}@{values.text(message)}",
            "remote": True,
        }


def _id(attributes: Mapping[str, Json]) -> str | None:
    text = attributes.get(keys.EXCEPTION_ID)
    number = ids.parse_span_id(text) if isinstance(text, str) else None
    return None if number is None else ids.to_hex(number)
