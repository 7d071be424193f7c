"""The flags and the ``cause`` section, as the exporter writes them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from otel_xray.model import ids, keys
from otel_xray.model.document import Json
from otel_xray.model.span import EventData, Kind, SpanData, StatusCode
from otel_xray.model.status import ERRORS, FAULTS, THROTTLED
from otel_xray.segments.cause import HTTP_FAILURE_EVENT, HTTP_FAILURE_TYPE, STATUS_TEXT, NewId
from otel_xray.segments.collector import names, stacks
from otel_xray.segments.collector.value import integer, printed, read, text

_REMOTE = frozenset({Kind.CLIENT, Kind.PRODUCER})
_STATUS = ("http.status_code", keys.HTTP_STATUS)
_MICROSECONDS = 1_000_000


def flags(span: SpanData) -> dict[str, bool]:
    """Return error, fault and throttle, each of them also when it is false."""
    given = next((span.attributes[key] for key in _STATUS if key in span.attributes), None)
    code = integer(given)
    decided = code in ERRORS or code in FAULTS
    return {
        "error": code in ERRORS,
        "throttle": code == THROTTLED,
        "fault": code in FAULTS or (not decided and span.status is StatusCode.ERROR),
    }


def section(span: SpanData, left: dict[str, Json], new_id: NewId) -> dict[str, Json] | None:
    """
    Return the section, None when nothing says why the span failed.

    Args:
        span: whose events and status are read.
        left: attributes that no section has taken yet.
        new_id: makes the ids of exceptions.
    """
    aws = names.is_aws_call(span.attributes)
    if any(_is_exception(event, aws=aws) for event in span.events):
        exceptions = list(_exceptions(span, new_id, aws=aws))
        return {"exceptions": exceptions} if exceptions else {}
    if span.status is not StatusCode.ERROR:
        return None
    given = text(left.pop(STATUS_TEXT, None))
    message = span.status_message or given
    if not message:
        return None
    return {"exceptions": [{"id": ids.to_hex(new_id()), "type": "", "message": message}]}


def _is_exception(event: EventData, *, aws: bool) -> bool:
    return event.name == keys.EXCEPTION_EVENT or (aws and event.name == HTTP_FAILURE_EVENT)


def _exceptions(span: SpanData, new_id: NewId, *, aws: bool) -> Iterator[dict[str, Json]]:
    language = text(span.resource.get(keys.SDK_LANGUAGE))
    for event in span.events:
        attributes = read(event.attributes)
        if event.name == keys.EXCEPTION_EVENT:
            yield from _chain(attributes, language, new_id, remote=span.kind in _REMOTE)
        elif _is_exception(event, aws=aws):
            yield from _http_failure(event, attributes, new_id)


def _chain(
    attributes: Mapping[str, Json], language: str, new_id: NewId, *, remote: bool
) -> Iterator[dict[str, Json]]:
    raised = stacks.parse(text(attributes.get(keys.EXCEPTION_STACKTRACE)), language)
    raised[0].type = text(attributes.get(keys.EXCEPTION_TYPE))
    raised[0].message = text(attributes.get(keys.EXCEPTION_MESSAGE))
    numbers = [ids.to_hex(new_id()) for _ in raised]
    for one, number, cause in zip(raised, numbers, [*numbers[1:], None], strict=True):
        record: dict[str, Json] = {
            "id": number,
            "type": one.type,
            "message": one.message,
            "remote": remote,
        }
        if one.stack:
            record["stack"] = one.stack
        if cause is not None:
            record["cause"] = cause
        yield record


def _http_failure(
    event: EventData, attributes: Mapping[str, Json], new_id: NewId
) -> Iterator[dict[str, Json]]:
    if keys.HTTP_STATUS in attributes and "aws.http.error_message" in attributes:
        seconds = event.time // 1_000 / _MICROSECONDS
        said = text(attributes["aws.http.error_message"])
        yield {
            "id": ids.to_hex(new_id()),
            "type": HTTP_FAILURE_TYPE,
            "message": f"{printed(attributes[keys.HTTP_STATUS])}@{seconds:.6f}@{said}",
            "remote": True,
        }
