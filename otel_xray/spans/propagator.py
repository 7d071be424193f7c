"""
X-Ray's tracing header in OpenTelemetry's propagators, read as leniently as real senders write it.

The official propagator does what it does right: it makes the parent of a complete header, and
writes the header of a span. Around it this one finds the header under any spelling and type,
completes what is incomplete, and remembers in the context what OpenTelemetry has no place for; see
`otel_xray.spans.received`. A header without ``Parent`` (a load balancer's, or one that Lambda
passes through) gives no parent but the trace of the next span; nothing in it decides whether that
is sampled.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Mapping
from typing import Any, TypeVar, cast

from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.propagators.aws import AwsXRayPropagator
from opentelemetry.propagators.textmap import Getter, Setter, default_getter, default_setter
from opentelemetry.trace import INVALID_SPAN

from otel_xray import settings
from otel_xray.errors import InvalidTraceHeader
from otel_xray.model import header
from otel_xray.model.header import HEADER_NAME, TraceHeader
from otel_xray.spans import received, sent_header
from otel_xray.spans.received import Received

Carrier = TypeVar("Carrier")

_log = logging.getLogger(__name__)

# Servers join headers of one name by commas (RFC 9110, 5.3).
_JOINED = re.compile(r"\s*,\s*(?=Root=)", re.IGNORECASE)


class XRayPropagator(AwsXRayPropagator):
    """
    Reads and writes ``X-Amzn-Trace-Id``; ``otel_xray`` in ``OTEL_PROPAGATORS``.

    Of several propagators the last that finds a caller names the parent. The callers that lost
    are remembered. Never raises; what it cannot read counts as nothing, and the first such header
    is a warning.
    """

    def __init__(self) -> None:
        self._told = False

    def extract(
        self,
        carrier: Carrier,
        context: Context | None = None,
        getter: Getter[Carrier] = default_getter,
    ) -> Context:
        """Return *context* with the caller that the tracing header in *carrier* names."""
        before = Context() if context is None else context
        try:
            return self._extracted(self._texts(carrier, getter), before)
        except Exception as error:  # noqa: BLE001  carriers and getters are anybody's
            self._tell("The tracing header was not read: %s", error)
            return before

    def inject(
        self,
        carrier: Carrier,
        context: Context | None = None,
        setter: Setter[Carrier] = default_setter,
    ) -> None:
        """Let *carrier* name the span of *context*, and keep every field that does not."""
        try:
            self._inject(carrier, context, setter)
        except Exception as error:  # noqa: BLE001  carriers and setters are anybody's
            self._tell("The tracing header was not written: %s", error)

    # --- reading ------------------------------------------------------------------------------

    def _texts(self, carrier: Carrier, getter: Getter[Carrier]) -> Iterable[str]:
        """Return what *carrier* has under the header's name, however that is spelled there."""
        values: object = getter.get(carrier, HEADER_NAME)
        if not values:
            wanted = HEADER_NAME.lower()
            name = next((key for key in getter.keys(carrier) if _text(key).lower() == wanted), None)
            values = None if name is None else getter.get(carrier, name)
        return [text for value in _listed(values) for text in _JOINED.split(_text(value)) if text]

    def _extracted(self, texts: Iterable[str], context: Context) -> Context:
        for text in texts:
            found = self._parsed(text)
            if found is not None and (found.root is not None or found.fields):
                return self._continued(text, found, context)
        # What came in with an outer request says nothing about the callers of this one.
        outer = received.of(context)
        return context if outer is None else received.keep(Received(outer.header), context)

    def _parsed(self, text: str) -> TraceHeader | None:
        try:
            return header.parse(text)
        except InvalidTraceHeader as error:
            self._tell("%s", error)
            return None

    def _continued(self, text: str, found: TraceHeader, context: Context) -> Context:
        current = trace.get_current_span(context).get_span_context()
        parents = (current,) if current.is_valid and current.is_remote else ()
        if found.root is None:
            return received.keep(Received(text, parents=parents), context)
        if found.parent is None:
            kept = received.keep(Received(text, found.root, parents), context)
            return trace.set_span_in_context(INVALID_SPAN, kept) if current.is_valid else kept
        # Where nothing was decided it counts as sampled: the official propagator drops the span.
        complete = found._replace(sampled=found.sampled is not False, asked=False, fields={})
        carrier = {HEADER_NAME: header.format(complete)}
        context = super().extract(carrier, context)
        named = trace.get_current_span(context).get_span_context()
        return received.keep(Received(text, parents=(*parents, named)), context)

    # --- writing ------------------------------------------------------------------------------

    def _inject(self, carrier: Any, context: Context | None, setter: Setter[Any]) -> None:
        own: dict[str, str] = {}
        super().inject(own, context)
        if HEADER_NAME in own:
            name, existing = _present(carrier)
            fields = sent_header.kept(existing, context)
            setter.set(carrier, name, ";".join([own[HEADER_NAME], *fields]))

    def _tell(self, message: str, detail: object) -> None:
        level = logging.DEBUG if self._told else logging.WARNING
        self._told = True
        _log.log(level, message, detail)


class XRayLambdaPropagator(XRayPropagator):
    """
    Reads Lambda's own header, too, where the carrier has none; ``otel_xray_lambda``.

    For the parent of a function's handler. Inside a span Lambda's header is no longer looked at: it
    would make Lambda the sender of every message that came without a header.
    """

    def _texts(self, carrier: Carrier, getter: Getter[Carrier]) -> Iterable[str]:
        found = super()._texts(carrier, getter)
        if found or trace.get_current_span().get_span_context().is_valid:
            return found
        text = settings.lambda_trace_header()
        return [text] if text else ()


def _listed(values: object) -> Iterable[object]:
    if values is None or isinstance(values, str | bytes):
        return () if values is None else (values,)
    listed = list(cast("Iterable[object]", values))
    # Bytes that a getter took for a list of texts.
    numbers = [value for value in listed if isinstance(value, int)]
    return (bytes(numbers),) if numbers and len(numbers) == len(listed) else listed


def _text(value: object) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else str(value)


def _present(carrier: object) -> tuple[str, str]:
    """Return the header's name as *carrier* spells it, and what it has there."""
    if isinstance(carrier, Mapping):
        mapping = cast("Mapping[object, object]", carrier)
        for key, value in mapping.items():
            if isinstance(key, str) and key.lower() == HEADER_NAME.lower():
                return key, ";".join(map(_text, _listed(value)))
    return HEADER_NAME, ""
