"""
From settings to a running OpenTelemetry SDK: provider, ids, resource, processors, exporters.

This is the only place that composes them. A process has one pipeline; it can be given other
settings while it runs.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager

from opentelemetry import trace
from opentelemetry.sdk.trace import SpanProcessor, SynchronousMultiSpanProcessor, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter

from otel_xray import settings as environment
from otel_xray.setting_values import ExporterKind
from otel_xray.settings import Settings
from otel_xray.spans.id_generator import IdGenerator
from otel_xray.spans.processors import OutermostProcessor, SwitchProcessor
from otel_xray.spans.resource import detect

_log = logging.getLogger(__name__)

# X-Ray's header first, since that is what AWS passes on; both are written.
PROPAGATORS = "xray,tracecontext,baggage"


class Pipeline:
    """
    The SDK as this package sets it up.

    Attributes:
        provider: makes the tracers.
        settings: what it was set up with last.
    """

    def __init__(self, settings: Settings) -> None:
        """Set up the SDK; nothing is sent, and no global is touched, before the first span."""
        self.settings = settings
        self._exports = SwitchProcessor()
        self.provider = TracerProvider(
            resource=detect(environment.environment(), settings.service_name),
            id_generator=IdGenerator(),
        )
        self.provider.add_span_processor(self._exports)
        self._exports.switch(_processors(settings))

    def lend(self, processor: SpanProcessor) -> AbstractContextManager[None]:
        """Send spans to *processor* alone for the length of a block."""
        return self._exports.lend(processor)

    def reconfigure(self, settings: Settings) -> None:
        """Send spans where *settings* say from now on; the resource stays what it was."""
        self.settings = settings
        self._exports.switch(_processors(settings))


_running: list[Pipeline] = []


def start(settings: Settings) -> bool:
    """
    Record as *settings* say, from now on.

    A provider that the application has set up itself is left alone, and used.

    Returns:
        Whether anything is recorded.
    """
    if _running:
        _running[0].reconfigure(settings)
    elif not settings.enabled:
        return False
    elif _is_set(trace.get_tracer_provider()):
        _log.debug("Spans are recorded with the application's own tracer provider.")
    else:
        pipeline = Pipeline(settings)
        _running.append(pipeline)
        trace.set_tracer_provider(pipeline.provider)
        _prefer_propagators()
    return settings.enabled


def running() -> Pipeline | None:
    """Return the process's pipeline, once it has been started."""
    return _running[0] if _running else None


def _is_set(provider: trace.TracerProvider) -> bool:
    return not isinstance(provider, trace.ProxyTracerProvider)


def _prefer_propagators() -> None:
    """
    Make X-Ray's header the first of the propagators, unless the user chose some.

    OpenTelemetry reads the variable when `opentelemetry.propagate` is first imported. That costs a
    scan of all installed packages, so it is left to whoever needs it; only where it has happened
    already are the propagators replaced.
    """
    if "OTEL_PROPAGATORS" in environment.environment():
        return
    environment.default_propagators(PROPAGATORS)
    if "opentelemetry.propagate" in sys.modules:
        from opentelemetry import propagate
        from opentelemetry.propagators.aws import AwsXRayPropagator
        from opentelemetry.propagators.composite import CompositePropagator

        both = [AwsXRayPropagator(), propagate.get_global_textmap()]
        propagate.set_global_textmap(CompositePropagator(both))


def _processors(settings: Settings) -> SpanProcessor:
    kinds = [kind for kind in settings.exporters if settings.enabled and kind in _EXPORTERS]
    made = [_processor(settings, kind, _EXPORTERS[kind](settings)) for kind in kinds]
    if len(made) == 1:
        return made[0]
    processors = SynchronousMultiSpanProcessor()  # type: ignore[no-untyped-call]  # the SDK's gap
    for processor in made:
        processors.add_span_processor(processor)
    return processors


def _processor(settings: Settings, kind: ExporterKind, exporter: SpanExporter) -> SpanProcessor:
    if kind is ExporterKind.XRAY:
        return OutermostProcessor(exporter, None)
    if settings.in_lambda:
        return OutermostProcessor(exporter, settings.flush_timeout)
    return BatchSpanProcessor(exporter)


def _otlp(settings: Settings) -> SpanExporter:
    from otel_xray.exporters.otlp import OtlpExporter

    return OtlpExporter.to(
        settings.otlp_endpoint,
        settings.otlp_headers,
        timeout=settings.otlp_timeout,
        compress=settings.otlp_gzip,
    )


def _xray(settings: Settings) -> SpanExporter:
    from otel_xray.exporters.segments import SegmentExporter

    return SegmentExporter.to_daemon(settings.daemon_address.host, settings.daemon_address.port)


_EXPORTERS: Mapping[ExporterKind, Callable[[Settings], SpanExporter]] = {
    ExporterKind.OTLP: _otlp,
    ExporterKind.XRAY: _xray,
}
