"""
Spans that OpenTelemetry's API has started, as X-Ray code sees them: segments and subsegments.

What is put on them is written to the span at once, since somebody else ends it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from opentelemetry.trace import NonRecordingSpan, Span

from otel_xray.compat import recording
from otel_xray.model import ids

from .segment import Segment
from .subsegment import Subsegment

UNNAMED = "span"

_WRITERS = (
    *("set_aws", "set_user", "set_sql", "put_http_meta", "put_annotation", "put_metadata"),
    *("add_throttle_flag", "add_fault_flag", "add_error_flag", "add_exception"),
)


class _WrittenThrough:
    """An entity over a span of somebody else."""

    span: Span | None
    owned: bool = False
    cause: Any
    _exceptions_written = 0

    @property
    def in_progress(self) -> bool:
        """Whether the span is open."""
        return getattr(self.span, "end_time", None) is None

    @in_progress.setter
    def in_progress(self, value: bool) -> None:
        """Leave it to the span."""

    def close(self, end_time: float | None = None) -> None:
        """Do nothing: whoever has started the span ends it."""

    def stand_for(self, span: Span) -> None:
        """Take the ids of *span*, and write to it."""
        context = span.get_span_context()
        self.span = span
        self.id = ids.to_hex(context.span_id)
        self.trace_id = ids.to_xray(context.trace_id)
        self.sampled = context.trace_flags.sampled

    def write(self) -> None:
        """Write everything to the span."""
        recording.write(self, self._exceptions_written)  # type: ignore[arg-type]  # it is mixed in
        if isinstance(self.cause, dict):
            self._exceptions_written = len(self.cause.get("exceptions", ()))


def _write_through(name: str) -> Callable[..., None]:
    def method(self: Any, *arguments: Any, **named: Any) -> None:
        getattr(super(_WrittenThrough, self), name)(*arguments, **named)
        self.write()

    return method


for _name in _WRITERS:
    setattr(_WrittenThrough, _name, _write_through(_name))


class SpanSegment(_WrittenThrough, Segment):  # pyright: ignore[reportIncompatibleVariableOverride]  a span says whether it is open
    """A span with nothing of this process around it."""

    def __init__(self, span: Span) -> None:
        super().__init__(getattr(span, "name", "") or UNNAMED)
        self.stand_for(span)

    def ready_to_send(self) -> bool:
        """Say that it is never sent from here."""
        return False


class SpanSubsegment(_WrittenThrough, Subsegment):  # pyright: ignore[reportIncompatibleVariableOverride]  as above
    """A span inside a segment, or inside another span."""

    def __init__(self, span: Span, segment: Any) -> None:
        super().__init__(getattr(span, "name", "") or UNNAMED, "local", segment)
        self.stand_for(span)


def entity(span: Span, segment: Any) -> Any:
    """
    Return the entity that stands for *span*, always the same one where the span can keep it.

    Args:
        span: valid.
        segment: of the X-Ray entity around it; None if there is none.
    """
    known = recording.entity_of(span)
    if known is not None:
        return known
    parent = getattr(span, "parent", None)
    if segment is None and parent is not None and not parent.is_remote:
        segment = SpanSegment(NonRecordingSpan(parent))
    found = SpanSegment(span) if segment is None else SpanSubsegment(span, segment)
    recording.keep(span, found)
    return found
