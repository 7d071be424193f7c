"""
Calls that are not traced because the application says so.

The key is OpenTelemetry's own, so that contrib instrumentations obey, too. It travels with the
context: into tasks, into threads that run in a copy of it, into transfers of S3.
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager

from opentelemetry import context as otel_context
from opentelemetry.context import (
    _SUPPRESS_INSTRUMENTATION_KEY,  # pyright: ignore[reportPrivateUsage]  # has no public name
    Context,
)

OLD_KEY = "suppress_instrumentation"  # of contrib instrumentations before 2021, still read
KEYS = (_SUPPRESS_INSTRUMENTATION_KEY, OLD_KEY)


@contextmanager
def suppress() -> Generator[None, None, None]:
    """
    Trace no call inside: no span, and no tracing header of ours.

    For ``with``, also inside of coroutines, and as a decorator of functions that are none. What
    the block itself records (subsegments, spans) is recorded as ever.
    """
    now = otel_context.get_current()
    token = otel_context.attach(Context({**now, **dict.fromkeys(KEYS, True)}))
    try:
        yield
    finally:
        otel_context.detach(token)
