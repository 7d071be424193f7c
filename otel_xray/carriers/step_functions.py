"""
Executions of Step Functions.

X-Ray's tracing header is an argument; a field of the input reaches what the states call, as far
as the state machine passes it on.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from otel_xray.carriers import embedded, sender
from otel_xray.carriers.carried import NOTHING, Carried
from otel_xray.carriers.values import at

_HEADER = "traceHeader"
_INPUT = "input"

# Where a task finds the input of its execution: as its own, or in the context object.
_PLACES = (
    (),
    ("Payload",),
    ("Execution", "Input"),
    ("Context", "Execution", "Input"),
    ("context", "Execution", "Input"),
)


def inject(arguments: Mapping[str, Any], *, payload: bool = False) -> dict[str, Any]:
    """
    Return arguments that name the current span as the starter of an execution.

    Args:
        arguments: of ``start_execution`` or ``start_sync_execution``.
        payload: also put W3C Trace Context into the input, as its field ``_otel``.
    """
    span = sender.current()
    if span is None:
        return dict(arguments)
    started = {**arguments, _HEADER: sender.header(arguments.get(_HEADER), span)}
    given = arguments.get(_INPUT, "{}")
    if payload and isinstance(given, str):
        started[_INPUT] = embedded.write(given, span)
    return started


def read(event: object) -> Carried:
    """
    Return what a task's event carries.

    Args:
        event: the payload of a task, which may be the context object or have it as ``Context``.
    """
    found = (embedded.read(at(event, *place)) for place in _PLACES)
    return next((carried for carried in found if carried.w3c), NOTHING)
