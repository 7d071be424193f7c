"""
What X-Ray would drop or change, and why: X-Ray itself does it without a word.

Sources: developer guide, "X-Ray segment documents" (members, limits, reserved names), and the API
reference of ``PutTraceSegments``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from otel_xray.errors import InvalidDocument
from otel_xray.model import limits
from otel_xray.model.document import Document, Json
from otel_xray.segments.finding import Finding
from otel_xray.segments.framing import to_json
from otel_xray.segments.nesting import MAX_DEPTH
from otel_xray.segments.quoting import quoted
from otel_xray.segments.rules import RULES
from otel_xray.segments.validation import Refusal, refusals
from otel_xray.segments.values import list_of, object_of


def check(document: Document) -> list[Finding]:
    """
    Return what X-Ray would do to *document*, other than show it as it is.

    Args:
        document: a segment or an independent subsegment, whatever is in it.

    Returns:
        What is dropped with the whole document first; empty when X-Ray shows all of it.
    """
    found = [_refused(refusal) for refusal in refusals(document)]
    foreign: Json = document
    if not isinstance(foreign, dict):
        return found
    entities = list(_entities(document))
    for path, entity in entities:
        for rule in RULES:
            found.extend(rule(entity, path))
    found.extend(_size(document))
    found.extend(_same_ids(entities))
    found.extend(_many_annotations(entities))
    return found


def _refused(refusal: Refusal) -> Finding:
    message = f"X-Ray refuses the whole document ({refusal.message}): {refusal.reason}"
    return Finding(refusal.code, "dropped", refusal.path, message)


def _entities(document: Document) -> Iterator[tuple[str, Mapping[str, Json]]]:
    """Yield the document and the subsegments inside it, each with the path before its members."""
    waiting: list[tuple[str, Mapping[str, Json], int]] = [("", document, 0)]
    while waiting:
        path, entity, depth = waiting.pop()
        yield path, entity
        if depth < MAX_DEPTH:
            children = list(enumerate(list_of(entity.get("subsegments"))))
            waiting.extend(
                (f"{path}subsegments[{number}].", object_of(child), depth + 1)
                for number, child in reversed(children)
                if isinstance(child, dict)
            )


def _size(document: Document) -> Iterator[Finding]:
    try:
        size = len(to_json(document))
    except InvalidDocument as error:
        message = f"X-Ray refuses the whole document: {error} Write numbers, texts and objects."
        yield Finding("ParseError", "dropped", "", message)
        return
    if size > limits.DOCUMENT_BYTES:
        message = (
            f"The document has {size} bytes; X-Ray refuses one of more than "
            f"{limits.DOCUMENT_BYTES}: send subsegments apart and put less into metadata, "
            "which is what datagrams() and batches() do."
        )
        yield Finding("DocumentTooLarge", "dropped", "", message)


def _same_ids(entities: list[tuple[str, Mapping[str, Json]]]) -> Iterator[Finding]:
    first: dict[str, str] = {}
    for path, entity in entities:
        number = entity.get("id")
        if isinstance(number, str) and first.setdefault(number, path) != path:
            where = first[number].rstrip(".") or "the segment"
            message = (
                f"id is {quoted(number)} here and in {where}; X-Ray keeps the first of a trace and "
                "drops the rest: give each its own."
            )
            yield Finding("DuplicateId", "dropped", f"{path}id", message)


def _many_annotations(entities: list[tuple[str, Mapping[str, Json]]]) -> Iterator[Finding]:
    known = Counter[str]()
    for _, entity in entities:
        known.update(map(str, object_of(entity.get("annotations"))))
    if len(known) > limits.ANNOTATIONS_PER_TRACE:
        message = (
            f"There are {len(known)} annotations; X-Ray indexes {limits.ANNOTATIONS_PER_TRACE} of "
            "a trace: put what is never searched for into metadata."
        )
        yield Finding("TooManyAnnotations", "dropped", "annotations", message)
