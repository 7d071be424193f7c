"""
Events of EventBridge.

X-Ray's tracing header travels beside the event and is in no event that arrives; a field of the
``detail`` stays with the event, through archives and API destinations.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from otel_xray.carriers import embedded, sender
from otel_xray.carriers.carried import Carried
from otel_xray.carriers.values import at

DETAIL_TYPE = "detail-type"

_HEADER = "TraceHeader"
_DETAIL = "Detail"


def inject(entry: Mapping[str, Any], *, detail: bool = False) -> dict[str, Any]:
    """
    Return an event that names the current span as its sender.

    Args:
        entry: of ``put_events``.
        detail: also put W3C Trace Context into the detail, as its field ``_otel``.
    """
    span = sender.current()
    if span is None:
        return dict(entry)
    event = {**entry, _HEADER: sender.header(entry.get(_HEADER), span)}
    if detail and isinstance(event.get(_DETAIL), str):
        event[_DETAIL] = embedded.write(event[_DETAIL], span)
    return event


def read(event: object) -> Carried:
    """Return what an event carries, as Lambda or the body of a message of SQS has it."""
    return embedded.read(at(event, "detail"))
