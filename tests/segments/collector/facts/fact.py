"""One thing that the exporter writes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from otel_xray.model.span import SpanData


@dataclass(frozen=True, slots=True)
class Fact:
    """
    What stands in the documents of a span.

    Attributes:
        says: the fact.
        span: shows it.
        path: positions and members that lead there, from the list of documents on.
        value: what stands there; ABSENT if nothing does.
    """

    says: str
    span: SpanData
    path: tuple[str | int, ...]
    value: Any
