"""Exceptions on their way through nested spans: recorded in full once, by reference after."""

from __future__ import annotations

import contextlib
import random
from collections.abc import Callable
from typing import Any

from otel_xray.mapping import exceptions
from otel_xray.model import ids, keys

_RECORDED_AS = "_otel_xray_exception_id"


def event(
    exception: BaseException,
    *,
    remote: bool,
    stack: Callable[[BaseException], str] | None = None,
) -> dict[str, Any]:
    """
    Return the attributes of the ``exception`` event for the next span that *exception* passes.

    The first one gets everything; the others the same exception id, which X-Ray resolves within
    the trace.

    Args:
        exception: marked with its id, where its class allows that.
        remote: it happened on the other side of a call.
        stack: writes the traceback, where it is not simply the exception's own.
    """
    recorded_as = getattr(exception, _RECORDED_AS, None)
    if recorded_as is not None:
        return exceptions.reference(exception, recorded_as)
    exception_id = ids.to_hex(random.getrandbits(64))
    with contextlib.suppress(AttributeError, TypeError):  # else every entity records it in full
        setattr(exception, _RECORDED_AS, exception_id)
    text = stack(exception) if stack else None
    event = exceptions.event(exception, remote=remote, stack=text)
    return {**event, keys.EXCEPTION_ID: exception_id}
