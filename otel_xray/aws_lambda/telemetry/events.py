"""
The platform's events as values: what is read of a posted body, however strange it may be.

Source: developer guide, "Lambda Telemetry API Event schema reference".
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast

PREFIX = "platform."
NANOSECONDS = 1_000_000_000

_SECOND = len("2022-10-12T00:00:00")
_FRACTION = 9  # digits of nanoseconds
_UTC = ("Z", "+00:00")


@dataclass(frozen=True, slots=True)
class Event:
    """
    One event.

    Attributes:
        kind: its type, without ``platform.``.
        time: when it was made, in nanoseconds since the epoch.
        record: what it says.
    """

    kind: str
    time: int
    record: Mapping[str, Any]


def parse(body: bytes) -> list[Event]:
    """Return the platform's events in *body*; what is none is left out."""
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        return []
    found = cast("Iterable[Any]", document) if isinstance(document, list) else [document]
    return list(_events(found))


def _events(found: Iterable[Any]) -> Iterator[Event]:
    for one in found:
        if not isinstance(one, dict):
            continue
        event = cast("dict[str, Any]", one)
        kind, record = event.get("type"), event.get("record")
        time = parse_time(event.get("time"))
        if isinstance(kind, str) and kind.startswith(PREFIX) and isinstance(record, dict) and time:
            yield Event(kind[len(PREFIX) :], time, cast("dict[str, Any]", record))


def parse_time(text: object) -> int | None:
    """Read ``2022-10-12T00:03:50.123Z``, with any number of decimals, as nanoseconds."""
    from datetime import datetime, timezone  # noqa: PLC0415  loaded when the first figures come

    if not isinstance(text, str):
        return None
    zone = next((zone for zone in _UTC if text.endswith(zone)), None)
    point, decimals = text[_SECOND : _SECOND + 1], text[_SECOND + 1 : -len(zone or "")]
    is_whole = zone is not None and text[_SECOND:] == zone
    is_split = zone is not None and point == "." and decimals.isascii() and decimals.isdecimal()
    if not (is_whole or is_split):
        return None
    try:
        second = datetime.fromisoformat(text[:_SECOND]).replace(tzinfo=timezone.utc)
    except ValueError:
        return None
    nanoseconds = int(decimals[:_FRACTION].ljust(_FRACTION, "0")) if is_split else 0
    time = int(second.timestamp()) * NANOSECONDS + nanoseconds
    return time if time > 0 else None
