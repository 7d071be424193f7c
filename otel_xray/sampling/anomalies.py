"""How traces ended whose first span is ours: what a boost is decided by."""

from __future__ import annotations

from typing import Protocol

from opentelemetry.sdk.trace import ReadableSpan, SpanProcessor
from opentelemetry.trace import StatusCode

from otel_xray.model import keys

_STATUS_CODES = (keys.HTTP_STATUS, "http.status_code")
_FAULTS = 500


class Counter(Protocol):
    """What counts ends, by the name of the rule that decided about their trace."""

    def ended(self, rule: str, *, faulty: bool, recorded: bool) -> None:
        """Count the end of a first span."""
        ...


class AnomalyProcessor(SpanProcessor):
    """Tells the ends of first spans to the sampler that has decided about them."""

    def __init__(self, counter: Counter) -> None:
        """Tell *counter*."""
        self._counter = counter

    def on_end(self, span: ReadableSpan) -> None:
        """Tell of *span* if it is the first of its trace."""
        if span.parent is not None or not span.attributes or span.context is None:
            return
        rule = span.attributes.get(keys.SAMPLING_RULE)
        if isinstance(rule, str):
            recorded = span.context.trace_flags.sampled
            self._counter.ended(rule, faulty=is_fault(span), recorded=recorded)


def is_fault(span: ReadableSpan) -> bool:
    """Say whether *span* ended with a fault: by the status code of HTTP, else by its own status."""
    attributes = span.attributes or {}
    for key in _STATUS_CODES:
        code = attributes.get(key)
        if isinstance(code, int):
            return code >= _FAULTS
    return span.status.status_code is StatusCode.ERROR
