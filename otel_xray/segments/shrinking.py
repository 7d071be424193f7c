"""What a document that is too large gives up, and in which order."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from operator import itemgetter
from typing import cast

from otel_xray.errors import InvalidDocument
from otel_xray.model.document import Document, Json
from otel_xray.model.limits import DOCUMENT_BYTES
from otel_xray.segments.values import fresh, list_of, object_of

_REQUIRED = frozenset(
    [
        *("name", "id", "trace_id", "parent_id", "type", "start_time", "end_time", "in_progress"),
        *("error", "throttle", "fault"),
    ]
)


def marker(size: int) -> str:
    """Return the text that stands for a value of *size* bytes."""
    return f"<{size} bytes left out by otel-xray: a document may have {DOCUMENT_BYTES}>"


def fit(document: Document, to_json: Callable[[Document], bytes]) -> Document:
    """
    Return *document* with at most 64,000 bytes; itself when it has no more.

    The largest metadata values go first, then stacks, then the largest other members.

    Args:
        document: without subsegments.
        to_json: how documents are written.

    Raises:
        InvalidDocument: what is left cannot be left out.
    """
    excess = len(to_json(document)) - DOCUMENT_BYTES
    if excess <= 0:
        return document
    smaller = cast("Document", fresh(document))
    for step in (_metadata, _stacks, _members):
        for saved in step(smaller, lambda value: len(to_json(cast("Document", value)))):
            excess -= saved
            if excess <= 0:
                return smaller
    msg = (
        f"The document named {smaller.get('name')!r:.60} has {excess} bytes more than "
        f"{DOCUMENT_BYTES} of what cannot be left out; shorten its name and ids."
    )
    raise InvalidDocument(msg)


def _metadata(document: Document, size: Callable[[Json], int]) -> Iterator[int]:
    """Put markers in the place of metadata values, the largest first."""
    found = [
        (size(value), entries, key)
        for entries in map(object_of, object_of(document.get("metadata")).values())
        for key, value in entries.items()
    ]
    for before, entries, key in sorted(found, key=itemgetter(0), reverse=True):
        entries[key] = marker(before)
        yield before - size(entries[key])


def _stacks(document: Document, size: Callable[[Json], int]) -> Iterator[int]:
    """Count the frames of exceptions instead of showing them."""
    for exception in map(object_of, list_of(object_of(document.get("cause")).get("exceptions"))):
        before = size(exception)
        frames = list_of(exception.pop("stack", None))
        if frames:
            counted = exception.get("truncated")
            exception["truncated"] = len(frames) + (counted if isinstance(counted, int) else 0)
        yield before - size(exception)


def _members(document: Document, size: Callable[[Json], int]) -> Iterator[int]:
    """Drop whole members: a text in the place of an object would make X-Ray refuse it all."""
    members = cast("dict[str, Json]", document)
    sizes = [(size(members[member]), member) for member in members.keys() - _REQUIRED]
    for before, member in sorted(sizes, reverse=True):
        del members[member]
        yield before
