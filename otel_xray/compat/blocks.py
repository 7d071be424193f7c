"""What the alias's blocks have in common: segments and subsegments, synchronous or not."""

from __future__ import annotations

from types import TracebackType
from typing import Any


class Asynchronous:
    """Makes a block that can be entered by ``with`` one for ``async with``, too."""

    async def __aenter__(self) -> Any:
        block: Any = self
        return block.__enter__()

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc_val: BaseException | None,
        exc_tb: TracebackType | None,
    ) -> None:
        block: Any = self
        block.__exit__(exc_type, exc_val, exc_tb)


def record_raised(
    entity: Any, exception: BaseException | None, traceback: TracebackType | None, limit: int
) -> None:
    """
    Record the exception that leaves the block of *entity*, if one does.

    Args:
        entity: is open.
        exception: None if the block ends well.
        traceback: of the exception.
        limit: that many of its outermost frames are kept.
    """
    if exception is not None:
        from traceback import extract_tb  # noqa: PLC0415  only who has an exception pays for it

        entity.add_exception(exception, extract_tb(traceback, limit=limit))
