"""What single values may be: where each is, what it may be, what X-Ray does with others."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from otel_xray.model.document import Json
from otel_xray.segments.finding import Finding, Severity
from otel_xray.segments.quoting import quoted
from otel_xray.segments.values import list_of, object_of

Right: TypeAlias = Callable[[Json], bool]

USER_LENGTH = 250
LATEST = 100_000_000_000  # seconds, in the year 5138: milliseconds are more

_STATUSES = range(100, 600)
_ID = re.compile(r"[0-9a-f]{16}", re.ASCII | re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Value:
    """
    What one value may be.

    Attributes:
        path: its members, from the entity inwards.
        right: says whether the value is what X-Ray expects.
        code: of the finding.
        severity: of the finding.
        text: what X-Ray does with it, and the remedy.
    """

    path: tuple[str, ...]
    right: Right
    code: str
    severity: Severity
    text: str


def _is_text(value: Json) -> bool:
    return isinstance(value, str)


def _is_flag(value: Json) -> bool:
    return isinstance(value, bool)


def is_integer(value: Json) -> bool:
    """Say whether *value* is an integer, which a boolean is not."""
    return isinstance(value, int) and not isinstance(value, bool)


def _is_object(value: Json) -> bool:
    return isinstance(value, dict)


def _is_status(value: Json) -> bool:
    return not is_integer(value) or value in _STATUSES


def _is_short(value: Json) -> bool:
    return not isinstance(value, str) or len(value) <= USER_LENGTH


def _is_cause(value: Json) -> bool:
    return isinstance(value, dict) or is_id(value)


def is_id(value: Json) -> bool:
    """Say whether *value* is an id of 16 hexadecimal digits."""
    return isinstance(value, str) and _ID.fullmatch(value) is not None


def _are_ids(value: Json) -> bool:
    return isinstance(value, list) and all(map(is_id, list_of(value)))


def _is_namespace(value: Json) -> bool:
    return value in ("aws", "remote")


def _is_soon(value: Json) -> bool:
    return not isinstance(value, (int, float)) or value < LATEST


_NO_FLAG = "X-Ray counts only true: write true, or leave it out."
_NO_TEXT = "X-Ray shows texts only: write a text."
_NO_OBJECT = "X-Ray reads objects only and leaves it out: write an object."

VALUES: tuple[Value, ...] = (
    *(
        Value((member,), _is_flag, "NotABoolean", "dropped", _NO_FLAG)
        for member in ("error", "throttle", "fault", "in_progress")
    ),
    *(
        Value((member,), _is_object, "NotAnObject", "dropped", _NO_OBJECT)
        for member in ("http", "aws", "sql", "service", "annotations", "metadata")
    ),
    *(
        Value(("http", "request", member), _is_text, "NotAText", "dropped", _NO_TEXT)
        for member in ("method", "url", "user_agent", "client_ip")
    ),
    Value(("http", "request", "x_forwarded_for"), _is_flag, "NotABoolean", "dropped", _NO_FLAG),
    Value(
        ("http", "response", "status"),
        is_integer,
        "StatusNotAnInteger",
        "dropped",
        "X-Ray reads integers only and shows no status: write it without quotes or fraction.",
    ),
    Value(
        ("http", "response", "status"),
        _is_status,
        "StatusOutOfRange",
        "note",
        "X-Ray shows it, and no filter for errors finds it: write what HTTP answered, 100 to 599.",
    ),
    Value(
        ("http", "response", "content_length"),
        is_integer,
        "SizeNotAnInteger",
        "dropped",
        "X-Ray reads integers only: write the number of bytes.",
    ),
    Value(
        ("namespace",),
        _is_namespace,
        "UnknownNamespace",
        "note",
        "X-Ray draws a node in the trace map for aws and remote only: write one of them for a "
        "call, and nothing for local work.",
    ),
    Value(("user",), _is_text, "NotAText", "dropped", _NO_TEXT),
    Value(
        ("user",),
        _is_short,
        "UserTooLong",
        "changed",
        f"X-Ray keeps {USER_LENGTH} characters: shorten it.",
    ),
    Value(
        ("cause",),
        _is_cause,
        "InvalidCause",
        "dropped",
        "X-Ray reads nothing else: write an object, or an exception's id of 16 hexadecimal digits.",
    ),
    Value(
        ("precursor_ids",),
        _are_ids,
        "InvalidPrecursor",
        "dropped",
        "X-Ray reads nothing else: write a list of ids, each of 16 hexadecimal digits.",
    ),
    Value(
        ("start_time",),
        _is_soon,
        "TimeInMilliseconds",
        "note",
        "X-Ray takes it for a day thousands of years ahead: write seconds.",
    ),
)


def values(entity: Mapping[str, Json], path: str) -> Iterator[Finding]:
    """Yield what the table says about single values."""
    for row in VALUES:
        value = at(entity, row.path)
        if value is not None and not row.right(value):
            where = ".".join(row.path)
            message = f"{where} is {quoted(value)}; {row.text}"
            yield Finding(row.code, row.severity, f"{path}{where}", message)


def at(entity: Json, path: tuple[str, ...]) -> Json:
    """Return the value at *path*; None when there is none."""
    for member in path:
        entity = object_of(entity).get(member)
    return entity
