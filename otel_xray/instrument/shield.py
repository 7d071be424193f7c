"""The promise that telemetry never breaks the application, kept in one place."""

from __future__ import annotations

import logging
from types import TracebackType

_log = logging.getLogger(__name__)


class Shield:
    """
    A block whose exceptions go no further.

    The first one is logged as a warning with its traceback, the following ones for debugging
    only: a defect that shows at each call must not flood the application's log. One shield serves
    any number of threads and may be nested.
    """

    __slots__ = ("_activity", "_told")

    def __init__(self, activity: str) -> None:
        self._activity = activity
        self._told = False

    def __enter__(self) -> None:
        return None

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> bool:
        if not isinstance(error, Exception):
            return False
        level = logging.DEBUG if self._told else logging.WARNING
        self._told = True
        _log.log(level, "Failed while %s; the application goes on.", self._activity, exc_info=error)
        return True
