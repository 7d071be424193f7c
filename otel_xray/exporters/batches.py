"""A batch of spans as one payload, or as many as the other side takes."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from typing import NamedTuple, TypeAlias

from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult

from otel_xray.errors import TransportError
from otel_xray.exporters.delivery import Delivery
from otel_xray.model.span import SpanData
from otel_xray.spans.readable import to_span_data

Spans: TypeAlias = Sequence[SpanData]


class Refusal(NamedTuple):
    """
    Spans that arrived and were not taken.

    Attributes:
        spans: how many; 0 where the other side takes all of them and has something to say.
        reason: in its words.
    """

    spans: int
    reason: str


class Limits(NamedTuple):
    """
    What the other side takes.

    Attributes:
        payload: bytes of one payload, before compression.
        spans: in one payload.
        span: bytes of one span, with its resource.
    """

    payload: int = sys.maxsize
    spans: int = sys.maxsize
    span: int = sys.maxsize


NO_LIMITS = Limits()


def _no_refusal(answer: bytes) -> Refusal | None:  # noqa: ARG001  nothing is answered
    return None


class BatchExporter(SpanExporter):
    """Sends each batch as one payload. A span that cannot be sent costs no other."""

    def __init__(
        self,
        delivery: Delivery[bytes, bytes],
        encode: Callable[[Spans], bytes],
        *,
        limits: Limits = NO_LIMITS,
        refusal: Callable[[bytes], Refusal | None] = _no_refusal,
    ) -> None:
        """
        Prepare.

        Args:
            delivery: where payloads go.
            encode: spans as a payload.
            limits: what the other side takes; a batch beyond them is sent in parts.
            refusal: what an answer says of spans that were not taken.
        """
        self._delivery = delivery
        self._encode = encode
        self._limits = limits
        self._refusal = refusal

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        """Send *spans*; a failure is reported and never raised."""
        data = [to_span_data(span) for span in spans]
        sent = not data or self._send(data, self._delivery.deadline())
        return SpanExportResult.SUCCESS if sent else SpanExportResult.FAILURE

    def shutdown(self) -> None:
        """Close the connection."""
        self._delivery.close()

    def _send(self, spans: Spans, deadline: float) -> bool:
        several = len(spans) > 1
        try:
            payload = self._encode(spans)
        except Exception as error:  # noqa: BLE001  what the application has put on a span
            return self._send_parts(spans, deadline) if several else self._lose(spans[0], error)
        if self._is_beyond_limits(spans, payload):
            if several:
                return self._send_parts(spans, deadline)
            return self._lose(spans[0], f"it has {len(payload)} bytes")
        try:
            answer = self._delivery.deliver(payload, len(spans), deadline, in_parts=several)
        except TransportError:  # too large
            return self._send_parts(spans, deadline)
        return answer is not None and self._was_taken(answer)

    def _is_beyond_limits(self, spans: Spans, payload: bytes) -> bool:
        limits, size = self._limits, len(payload)
        if len(spans) > limits.spans or size > limits.payload:
            return True
        if size <= limits.span:  # then so is each span
            return False
        return len(spans) == 1 or any(len(self._encode([span])) > limits.span for span in spans)

    def _send_parts(self, spans: Spans, deadline: float) -> bool:
        middle = len(spans) // 2
        parts = [self._send(part, deadline) for part in (spans[:middle], spans[middle:])]
        return all(parts)

    def _was_taken(self, answer: bytes) -> bool:
        refused = self._refusal(answer)
        if refused is None:
            return True
        self._delivery.lose(refused.spans, f"the receiver says: {refused.reason}")
        return not refused.spans

    def _lose(self, span: SpanData, reason: object) -> bool:
        self._delivery.lose(1, f"the span {span.name[:80]!r} cannot be sent ({reason})")
        return False
