"""
One thing that the collector loses or changes, with a span that shows it.

``docs/reference/known-gaps.md`` describes them under the same numbers and titles.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from otel_xray.model.span import SpanData

ABSENT = "(absent)"


@dataclass(frozen=True, slots=True)
class Gap:
    """
    One difference.

    Attributes:
        number: in the reference.
        title: the same as there.
        span: shows it.
        path: members and positions that lead to what differs; of the first document.
        collector: what the collector writes there.
        full: what this package writes there by default.
        options: of the encoder, beside the mode.
        lost: the exporter's own code fails on the span, so it cannot be asked.
    """

    number: int
    title: str
    span: SpanData
    path: tuple[str | int, ...]
    collector: Any
    full: Any
    options: Mapping[str, Any] = field(default_factory=dict[str, Any])
    lost: bool = False


def found(document: Any, path: Sequence[str | int]) -> Any:
    """Return what stands at *path*, ABSENT if nothing does."""
    for step in path:
        try:
            document = document[step]
        except (KeyError, IndexError, TypeError):
            return ABSENT
    return document


AWS_CALL = {"rpc.system": "aws-api"}
DEFAULT = ("metadata", "default")
