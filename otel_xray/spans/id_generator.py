"""Ids that X-Ray accepts: the first 32 bits of a trace id are the time."""

from __future__ import annotations

import inspect
from types import FrameType

from opentelemetry.sdk.extension.aws.trace import AwsXRayIdGenerator
from opentelemetry.sdk.trace import id_generator as sdk
from opentelemetry.trace import Tracer

from otel_xray.errors import ConfigurationError
from otel_xray.model.ids import SpanId, TraceId
from otel_xray.spans import received
from otel_xray.spans.wanted import wanted_span_id, wanted_trace_id

_START = Tracer.start_span.__name__
_OWN = frozenset({"otel_xray", "xray"})  # the official one does less
_GROUP = "opentelemetry_id_generator"


class IdGenerator(AwsXRayIdGenerator):
    """
    The official generator, which also gives ids that X-Ray code or a received header has chosen.

    ``otel_xray`` for OpenTelemetry's configuration.
    """

    def generate_trace_id(self) -> TraceId:
        """Return the trace id that is wanted, else a new one."""
        return wanted_trace_id() or _received(inspect.currentframe()) or super().generate_trace_id()

    def generate_span_id(self) -> SpanId:
        """Return the span id that is wanted, else a new one."""
        return wanted_span_id() or super().generate_span_id()


def _received(own: FrameType | None) -> TraceId | None:
    """
    Return the trace id that came without a parent, if a span is starting from where it came.

    The tracer is told the context in which it starts a span, and does not tell its id generator;
    most who extract a context pass it on so, and do not attach it. So the generator looks at what
    its caller was given: the argument *context* of `opentelemetry.trace.Tracer.start_span`.
    """
    caller = own and own.f_back
    if caller is None or caller.f_code.co_name != _START:
        return None
    found = received.of(caller.f_locals.get("context"))
    return found.root if found else None


def by_name(name: str) -> sdk.IdGenerator:
    """
    Return the generator that ``OTEL_PYTHON_ID_GENERATOR`` names.

    Raises:
        ConfigurationError: none of that name is installed.
    """
    if name in _OWN:
        return IdGenerator()
    from importlib.metadata import entry_points  # noqa: PLC0415  heavy, and rarely wanted

    for found in entry_points(group=_GROUP, name=name):
        made: sdk.IdGenerator = found.load()()
        return made
    known = ", ".join(sorted(entry_points(group=_GROUP).names))
    msg = f"OTEL_PYTHON_ID_GENERATOR is {name!r}; choose one of {known}."
    raise ConfigurationError(msg)
