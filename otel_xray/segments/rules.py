"""
The rules for one segment or subsegment: functions that yield findings.

Those about single values stand in the table of `expected`; here are those that look at more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TypeAlias

from otel_xray.model import limits
from otel_xray.model.document import Document, Json
from otel_xray.model.status import ERRORS, FAULTS, THROTTLED
from otel_xray.segments import expected, links
from otel_xray.segments.expected import at, is_id, is_integer
from otel_xray.segments.finding import Finding
from otel_xray.segments.quoting import quoted
from otel_xray.segments.values import list_of, object_of

Entity: TypeAlias = Mapping[str, Json]
Rule: TypeAlias = Callable[[Entity, str], Iterator[Finding]]

LINKS = 20

MEMBERS = frozenset(Document.__annotations__)  # the published schema, and links


def of_unknown_members(entity: Entity, path: str) -> Iterator[Finding]:
    """Yield members that are not in X-Ray's schema."""
    for member in entity:
        if member not in MEMBERS:
            message = (
                f"{quoted(member)} is no member that X-Ray knows, and is not kept: put it into "
                "metadata."
            )
            yield Finding("UnknownMember", "dropped", f"{path}{member}", message)


def of_times(entity: Entity, path: str) -> Iterator[Finding]:
    """Yield an end that comes before the start."""
    start, end = entity.get("start_time"), entity.get("end_time")
    if isinstance(start, (int, float)) and isinstance(end, (int, float)) and end < start:
        message = (
            f"end_time {quoted(end)} is before start_time {quoted(start)}; X-Ray shows a duration "
            "that never was: take both times from one clock."
        )
        yield Finding("EndBeforeStart", "note", f"{path}end_time", message)


def of_flags(entity: Entity, path: str) -> Iterator[Finding]:
    """Yield an answer of HTTP that failed, and is not counted as that."""
    status = at(entity, ("http", "response", "status"))
    if not is_integer(status):
        return
    for member, applies in (
        ("error", status in ERRORS),
        ("throttle", status == THROTTLED),
        ("fault", status in FAULTS),
    ):
        if applies and entity.get(member) is not True:
            message = (
                f"http.response.status is {status}, and {member} is not true; X-Ray counts flags, "
                f"not codes: write {member} = true."
            )
            yield Finding("StatusWithoutFlag", "note", f"{path}{member}", message)


def of_annotations(entity: Entity, path: str) -> Iterator[Finding]:
    """Yield annotations that X-Ray does not index, or not whole."""
    for key, value in object_of(entity.get("annotations")).items():
        where = f"{path}annotations.{key}"
        if limits.annotation_key(str(key)) != key:
            message = (
                f"The annotation's key is {quoted(key)}; X-Ray indexes keys of letters, digits, "
                f"underscores and dots, at most {limits.ANNOTATION_KEY_LENGTH}, and drops others: "
                f"write {quoted(limits.annotation_key(str(key)))}."
            )
            yield Finding("AnnotationKey", "dropped", where, message)
        if not limits.is_annotation_value(value):
            message = (
                f"The annotation is {quoted(value)}; X-Ray indexes texts, numbers and booleans: "
                "put it into metadata, or annotate one value of it."
            )
            yield Finding("AnnotationType", "dropped", where, message)
        elif isinstance(value, str) and len(value) > limits.ANNOTATION_VALUE_LENGTH:
            message = (
                f"The annotation has {len(value)} characters; X-Ray indexes "
                f"{limits.ANNOTATION_VALUE_LENGTH}: put the whole into metadata."
            )
            yield Finding("AnnotationTooLong", "changed", where, message)


def of_metadata(entity: Entity, path: str) -> Iterator[Finding]:
    """Yield namespaces that X-Ray does not keep."""
    for namespace, content in object_of(entity.get("metadata")).items():
        where = f"{path}metadata.{namespace}"
        if not limits.is_namespace(namespace):
            message = (
                f"The namespace is {quoted(namespace)}; X-Ray reserves names that begin with "
                f"{limits.RESERVED_NAMESPACE!r}: choose another."
            )
            yield Finding("ReservedNamespace", "dropped", where, message)
        if not isinstance(content, dict):
            message = (
                f"The namespace has {quoted(content)}; X-Ray wants an object in a namespace: write "
                "a key before the value."
            )
            yield Finding("NamespaceNotAnObject", "dropped", where, message)


def of_exceptions(entity: Entity, path: str) -> Iterator[Finding]:
    """Yield exceptions without an id: X-Ray needs it to tell them apart."""
    given = at(entity, ("cause", "exceptions"))
    for number, record in enumerate(list_of(given)):
        known = object_of(record).get("id")
        if not is_id(known):
            message = (
                f"The exception's id is {'missing' if known is None else quoted(known)}; X-Ray "
                "drops exceptions without one: write 16 hexadecimal digits."
            )
            where = f"{path}cause.exceptions[{number}].id"
            yield Finding("InvalidExceptionId", "dropped", where, message)


def of_links(entity: Entity, path: str) -> Iterator[Finding]:
    """Yield links that lead nowhere, and those that are too many."""
    given = list_of(entity.get("links"))
    for number, link in enumerate(given):
        if links.from_link(link) is None:
            message = (
                f"The link is {quoted(link)}; X-Ray cannot follow it without a trace_id and an id: "
                "write both as a segment has them."
            )
            yield Finding("InvalidLink", "dropped", f"{path}links[{number}]", message)
    if len(given) > LINKS:
        message = f"There are {len(given)} links; X-Ray shows {LINKS}: keep those that matter."
        yield Finding("TooManyLinks", "dropped", f"{path}links", message)


RULES: tuple[Rule, ...] = (
    expected.values,
    of_unknown_members,
    of_times,
    of_flags,
    of_annotations,
    of_metadata,
    of_exceptions,
    of_links,
)
