"""
How a call failed, as X-Ray wants to hear it: the exception with the stack that led to the call.

The event is always written to the span, whatever the process chose for exceptions elsewhere: the
``cause`` of a subsegment is made from it. Libraries quote the URL that they failed at, so texts
lose what a span's URL has not either: the values of its query, signatures among them, and who is
logged in.
"""

from __future__ import annotations

import re
import traceback
from pathlib import Path
from traceback import FrameSummary, StackSummary, TracebackException

from opentelemetry.trace import Span, Status, StatusCode

from otel_xray.mapping import exceptions
from otel_xray.model import keys
from otel_xray.spans import faults

ERROR_TYPE = "error.type"  # semantic conventions, stable

REDACTED = "REDACTED"  # as the semantic conventions want it

_TEXTS = (keys.EXCEPTION_MESSAGE, keys.EXCEPTION_STACKTRACE)
_QUERY = re.compile(r"([?&][\w.~%+\[\]-]+=)[^&\s\"'<>()\\]+")
_CREDENTIALS = re.compile(r"//[^/@\s\"'<>]+@")
_CALLERS = 32  # frames of the application and its framework above the call
_OURS = str(Path(__file__).parent)


def record(span: Span, error: BaseException, *, remote: bool) -> None:
    """
    Write *error* to *span* as an ``exception`` event and mark the span as failed.

    Args:
        span: still recording.
        error: while it is being handled.
        remote: the called service reported it.
    """
    event = faults.event(error, remote=remote, stack=_stack)
    for key in _TEXTS:
        if key in event:
            event[key] = redacted(event[key])
    span.add_event(keys.EXCEPTION_EVENT, event)
    span.set_status(Status(StatusCode.ERROR, redacted(exceptions.summary(error))))


def redacted(text: str) -> str:
    """Return *text* without the values of queries and the credentials in the URLs that it quotes.

    The names stay: they say what was asked for.
    """
    return _CREDENTIALS.sub("//", _QUERY.sub(rf"\1{REDACTED}", text))


def _stack(error: BaseException) -> str:
    """
    Return the traceback of *error*, starting at the application's code.

    A traceback begins where the exception is caught, which is here; who made the call stands in
    the frames above.
    """
    described = TracebackException.from_exception(error)
    caught = error.__traceback__
    callers = traceback.extract_stack(caught.tb_frame.f_back, _CALLERS) if caught else ()
    frames = [frame for frame in (*callers, *described.stack) if not _is_ours(frame)]
    described.stack = StackSummary.from_list(frames)
    return "".join(described.format())


def _is_ours(frame: FrameSummary) -> bool:
    return frame.filename.startswith(_OURS)
