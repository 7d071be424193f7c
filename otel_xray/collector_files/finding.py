"""Something in a file that should be known, with where it is and what to do."""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple


class Level(Enum):
    """How much a finding matters."""

    ERROR = "error"  # the collector does not start, or traces do not arrive
    WARNING = "warning"  # it works until it does not
    NOTE = "note"  # good to know


class Finding(NamedTuple):
    """
    One finding.

    Attributes:
        line: in the file, from 1.
        level: how much it matters.
        rule: short name of what was looked at, for scripts.
        message: what is there; quotes no value that may be a secret.
        remedy: what to do.
    """

    line: int
    level: Level
    rule: str
    message: str
    remedy: str
