"""What is odd about a document."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

Severity: TypeAlias = Literal["dropped", "changed", "note"]


@dataclass(frozen=True, slots=True)
class Finding:
    """
    One thing that X-Ray would do to a document, other than show it as it is.

    Attributes:
        code: for programs; X-Ray's ``ErrorCode`` when it refuses the whole document.
        severity: ``dropped``: it, or what holds it, would not be seen; ``changed``: it would be
            seen otherwise; ``note``: it would be seen, and may not be what was meant.
        path: where it is, such as ``subsegments[0].annotations.order-id``; empty for the whole.
        message: what X-Ray does and why, the value, and the remedy.
    """

    code: str
    severity: Severity
    path: str
    message: str
