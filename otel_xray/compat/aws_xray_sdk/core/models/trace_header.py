"""The tracing header, as X-Ray code reads and writes it."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any, Union

log = logging.getLogger(__name__)

ROOT = "Root"
PARENT = "Parent"
SAMPLE = "Sampled"
SELF = "Self"

HEADER_DELIMITER = ";"

_ASKED = "?"
_DECISIONS = (("1", 1), (1, 1), ("0", 0), (0, 0), (_ASKED, _ASKED))


class TraceHeader:
    """
    A tracing header.

    Attributes:
        root: trace id.
        parent: id of the sender's segment or subsegment.
        sampled: 0 or 1; ``?`` when the sender wants to hear the decision; else None.
        data: other fields.
    """

    def __init__(
        self,
        root: str | None = None,
        parent: str | None = None,
        sampled: Any = None,
        data: Mapping[str, str] | None = None,
    ) -> None:
        """
        Make a header.

        Args:
            root: trace id.
            parent: id of the sender's segment or subsegment.
            sampled: the decision, as a boolean, a number or a text; anything else is none.
            data: other fields.
        """
        self._root = root
        self._parent = parent
        self._sampled: Union[int, str, None] = next(
            (decision for spelling, decision in _DECISIONS if sampled == spelling), None
        )
        self._data = data

    @classmethod
    def from_header_str(cls, header: str | None) -> TraceHeader:
        """Read a header; one that cannot be read is a warning, and a header without fields."""
        if not header:
            return cls()
        try:
            fields = [part.split("=") for part in header.strip().split(HEADER_DELIMITER)]
            found = {field[0]: field[1] for field in fields if field[0] != SELF}
        except Exception:  # noqa: BLE001  it comes from outside
            log.warning("The tracing header %r cannot be read; it is ignored.", header)
            return cls()
        return cls(found.pop(ROOT, None), found.pop(PARENT, None), found.pop(SAMPLE, None), found)

    def to_header_str(self) -> str:
        """Write the header."""
        sampled = None if self.sampled is None else str(self.sampled)
        own = {ROOT: self.root, PARENT: self.parent, SAMPLE: sampled}
        fields = [f"{key}={value}" for key, value in own.items() if value]
        fields += [f"{key}={value}" for key, value in (self.data or {}).items()]
        return HEADER_DELIMITER.join(fields)

    @property
    def root(self) -> str | None:
        """Trace id."""
        return self._root

    @property
    def parent(self) -> str | None:
        """Id of the sender's segment or subsegment."""
        return self._parent

    @property
    def sampled(self) -> int | str | None:
        """0, 1 or ``?``; None when the sender made no decision."""
        return self._sampled

    @property
    def data(self) -> Mapping[str, str] | None:
        """Other fields."""
        return self._data
