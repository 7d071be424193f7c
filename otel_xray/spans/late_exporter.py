"""An exporter that is loaded when there is something to export."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult


class LateExporter(SpanExporter):
    """
    Makes the real exporter at the first export.

    What turns spans into bytes and sends them is a third of what a cold start loads. In a function
    that can wait until the answer of the first invocation has left.
    """

    def __init__(self, make: Callable[[], SpanExporter]) -> None:
        """
        Prepare.

        Args:
            make: loads and returns the real exporter.
        """
        self._make = make
        self._made: SpanExporter | None = None

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        """Export *spans*; one thread at a time does."""
        if self._made is None:
            self._made = self._make()
        return self._made.export(spans)

    def force_flush(self, timeout_millis: int = 30_000) -> bool:
        """Flush the real exporter, if there is one."""
        return self._made is None or self._made.force_flush(timeout_millis)

    def shutdown(self) -> None:
        """Shut the real exporter down, if there is one."""
        if self._made is not None:
            self._made.shutdown()
