"""
Fault, error and throttle.

A status code of HTTP decides: 4xx is an error, 429 a throttle too, 5xx a fault. Without one a
failed span is a fault, unless X-Ray code has said that it is an error or a throttle: those two
have no place in OpenTelemetry's status, which is what the ``aws.xray.*`` attributes are for. A
boolean there always wins, also when it is false.
"""

from __future__ import annotations

from otel_xray.model import keys
from otel_xray.model.span import StatusCode
from otel_xray.model.status import ERRORS, FAULTS, THROTTLED
from otel_xray.segments.field import Field, Left, flag, take

FLAGS = (
    Field("error", (keys.ERROR,), flag),
    Field("throttle", (keys.THROTTLE,), flag),
    Field("fault", (keys.FAULT,), flag),
)

_STATED = frozenset(key for field in FLAGS for key in field.keys)


def flags(status: StatusCode, http_status: int | None, left: Left) -> dict[str, bool]:
    """
    Return those of error, throttle and fault that are true; take what states them.

    Args:
        status: of the span.
        http_status: the response's status code, if there is one.
        left: attributes that no section has taken yet.
    """
    failed = status is StatusCode.ERROR or (http_status or 0) >= ERRORS.start
    if not failed and _STATED.isdisjoint(left):
        return {}
    stated = {field.member: take(field, left) for field in FLAGS}
    return {member: True for member, value in _decide(status, http_status, stated) if value}


def _decide(
    status: StatusCode, code: int | None, stated: dict[str, bool | None]
) -> tuple[tuple[str, bool], ...]:
    client = code in ERRORS
    error = _or(stated["error"], client)
    throttle = _or(stated["throttle"], code == THROTTLED)
    failed = status is StatusCode.ERROR and not (client or error or throttle)
    return (
        ("error", error),
        ("throttle", throttle),
        ("fault", _or(stated["fault"], code in FAULTS or failed)),
    )


def _or(stated: bool | None, derived: bool) -> bool:
    return derived if stated is None else stated
