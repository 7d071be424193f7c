"""The stack of what is running, down to where the exception was raised."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from types import FrameType, TracebackType
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # only who has an exception pays for it
    from traceback import FrameSummary


def get_stacktrace(limit: int | None = None) -> list[FrameSummary]:
    """
    Return the frames around the caller, and those of the exception that is being handled.

    Args:
        limit: that many of the last frames; of the first ones when it is negative.
    """
    if limit == 0:
        return []
    from traceback import FrameSummary

    caller = sys._getframe(1)  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]  # the cheap way
    every = (*_around(caller), *_raised(sys.exc_info()[2]))
    places = [(frame, line) for frame, line in every if not _is_wrapper(frame)]
    if limit is not None:
        places = places[-limit:] if limit > 0 else places[:-limit]
    return [
        # The text of a line is read when somebody asks for it.
        FrameSummary(frame.f_code.co_filename, line, frame.f_code.co_name, lookup_line=False)
        for frame, line in places
    ]


def _is_wrapper(frame: FrameType) -> bool:
    """Say whether *frame* is of ours alone: where the X-Ray SDK has none, none must count."""
    return str(frame.f_globals.get("__name__")).startswith("otel_xray.")


def _around(caller: FrameType) -> list[tuple[FrameType, int]]:
    """Return the frames around *caller*, outermost first; its own comes with the exception."""
    found: list[tuple[FrameType, int]] = []
    frame = caller.f_back
    while frame is not None:
        found.append((frame, frame.f_lineno))
        frame = frame.f_back
    return found[::-1]


def _raised(traceback: TracebackType | None) -> Iterator[tuple[FrameType, int]]:
    while traceback is not None:
        yield traceback.tb_frame, traceback.tb_lineno
        traceback = traceback.tb_next
