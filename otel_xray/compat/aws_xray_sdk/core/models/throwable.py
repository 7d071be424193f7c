"""Exceptions, as the cause of an entity holds them."""

from __future__ import annotations

import contextlib
import logging
import os
from collections.abc import Iterable
from typing import Any

import otel_xray

log = logging.getLogger(__name__)

# Frames of the SDK are not the application's: here they are in this tree and in our package.
_FOREIGN = ("aws_xray_sdk/", os.path.dirname(otel_xray.__file__) + os.sep)


class Throwable:
    """
    An exception.

    Attributes:
        id: 16 hex digits.
        message: there only if the exception can be turned into text.
        type: the bare name of its class.
        remote: it happened on the other side of a call.
        stack: frames with path, line and label; None if what was given are none; not there if
            none were given.
    """

    message: str
    stack: list[dict[str, Any]] | None

    def __init__(self, exception: Any, stack: Any, remote: bool = False) -> None:
        """
        Describe *exception*, and leave a mark on it that it has been.

        Args:
            exception: becomes the cause of other entities by its id alone.
            stack: frames as `traceback` extracts them.
            remote: it happened on the other side of a call.
        """
        self.id = os.urandom(8).hex()
        with contextlib.suppress(Exception):  # its text is the application's code
            self.message = str(exception)
        self.type = type(exception).__name__
        self.remote = remote
        if stack is not None:
            self.stack = _frames(stack)
        with contextlib.suppress(Exception):  # what cannot be marked is described each time
            if exception:
                object.__setattr__(exception, "_recorded", True)
                object.__setattr__(exception, "_cause_id", self.id)

    def to_dict(self) -> dict[str, Any]:
        """Return the members that say something."""
        return {key: value for key, value in vars(self).items() if value or value is False}


def _frames(stack: Iterable[Any]) -> list[dict[str, Any]] | None:
    try:
        places = [_place(frame) for frame in stack]
        return [
            {
                "path": os.path.basename(path).replace('"', " ").strip(),
                "line": line,
                "label": label.strip(),
            }
            for path, line, label in places
            if not any(foreign in path for foreign in _FOREIGN)
        ]
    except Exception:  # noqa: BLE001  it comes from the application
        log.warning("The stack cannot be read; the exception is recorded without it.")
        return None


def _place(frame: Any) -> tuple[str, int, str]:
    """Return path, line and label; by name where it can be, since an index reads the source."""
    if hasattr(frame, "filename"):
        return frame.filename, frame.lineno, frame.name
    return frame[0], frame[1], frame[2]
