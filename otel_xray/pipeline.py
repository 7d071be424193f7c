"""
From settings to a running OpenTelemetry SDK: provider, ids, resource, processors, exporters.

This is the only place that composes them. A process has one pipeline; it can be given other
settings while it runs.
"""

from __future__ import annotations

import logging
import sys
from contextlib import AbstractContextManager
from importlib import import_module
from typing import TYPE_CHECKING, Any
from weakref import WeakSet

from opentelemetry import trace
from opentelemetry.propagators.textmap import TextMapPropagator
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter

from otel_xray import settings as environment
from otel_xray.exporters import choice
from otel_xray.instrument import import_hook
from otel_xray.model.header import HEADER_NAME
from otel_xray.setting_values import ExporterKind, Sampling, SpanShape
from otel_xray.settings import Settings
from otel_xray.spans import id_generator
from otel_xray.spans.budget import Budget
from otel_xray.spans.inheritance import InheritanceProcessor
from otel_xray.spans.open_spans import OpenSpans
from otel_xray.spans.processors import OutermostProcessor, SwitchProcessor
from otel_xray.spans.resource import detect

if TYPE_CHECKING:
    from otel_xray.sampling.sampler import XRaySampler

_log = logging.getLogger(__name__)

_PROPAGATE = "opentelemetry.propagate"


class Pipeline:
    """
    The SDK as this package sets it up.

    Attributes:
        provider: makes the tracers.
        settings: what it was set up with last.
        budget: what the end of an outermost span may wait in Lambda.
    """

    def __init__(self, settings: Settings) -> None:
        """Set up the SDK; nothing is sent, and no global is touched, before the first span."""
        self.settings = settings
        self.budget = Budget(settings.flush_timeout)
        self._open: OpenSpans | None = None
        self._exports = SwitchProcessor()
        resource = detect(environment.environment(), settings.service_name)
        sampler = _sampler(settings, resource)
        self.provider = TracerProvider(
            sampler=sampler,
            resource=resource,
            id_generator=id_generator.by_name(settings.id_generator),
        )
        self.provider.add_span_processor(InheritanceProcessor())
        if sampler is not None:
            self.provider.add_span_processor(sampler.anomalies())
        self.provider.add_span_processor(self._exports)
        self._exports.switch(_processors(settings, self.budget))

    def lend(self, processor: SpanProcessor) -> AbstractContextManager[None]:
        """Send spans to *processor* alone for the length of a block."""
        return self._exports.lend(processor)

    def reconfigure(self, settings: Settings) -> None:
        """Send spans where *settings* say from now on; the resource stays what it was."""
        if settings.enabled and settings.sampling != self.settings.sampling:
            _resample(self.provider, settings)
        self.settings = settings
        self.budget.limit = settings.flush_timeout
        self._exports.switch(_processors(settings, self.budget))

    def flush(self, seconds: float) -> bool:
        """Send what has ended; say whether that was done within so many *seconds*."""
        return self._exports.force_flush(int(seconds * 1000))

    def follow_open_spans(self) -> None:
        """Know the open spans from now on, so that they can be sent before they end."""
        if self._open is None:
            self._open = OpenSpans()
            self.provider.add_span_processor(self._open)

    def send_unfinished(self, seconds: float) -> None:
        """Send the open spans as they are, in progress, and everything that has ended."""
        for span in self._open.unfinished() if self._open is not None else ():
            self._exports.on_end(span)
        self.flush(seconds)


_running: list[Pipeline] = []
_joined: WeakSet[TracerProvider] = WeakSet()


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
        _join(trace.get_tracer_provider())
    else:
        pipeline = Pipeline(settings)
        _running.append(pipeline)
        trace.set_tracer_provider(pipeline.provider)
    if _running:
        _prepare_propagators()
    return settings.enabled


def running() -> Pipeline | None:
    """Return the process's pipeline, once it has been started."""
    return _running[0] if _running else None


def _join(provider: trace.TracerProvider) -> None:
    """Let spans of the application's own *provider* know what is around them."""
    if isinstance(provider, TracerProvider) and provider not in _joined:
        _joined.add(provider)
        provider.add_span_processor(InheritanceProcessor())


def _is_set(provider: trace.TracerProvider) -> bool:
    return not isinstance(provider, trace.ProxyTracerProvider)


def _prepare_propagators() -> None:
    """
    Read and write X-Ray's header beside W3C's, unless the user chose propagators.

    Loading them takes longer than the first span does, so they wait for `opentelemetry.propagate`
    to be imported by somebody who needs it.
    """
    if environment.environment().get("OTEL_PROPAGATORS"):
        return
    import_hook.watch(_PROPAGATE, _add_propagator, __name__)
    if _PROPAGATE in sys.modules:
        _add_propagator(import_module(_PROPAGATE))


def _add_propagator(module: Any) -> None:
    """
    Add X-Ray's propagator to the global ones, where it says who wins: the last that finds a caller.

    That is X-Ray's header where the spans are parts of X-Ray's own segments, else W3C's.
    """
    from opentelemetry.propagators.composite import CompositePropagator

    from otel_xray.spans.propagator import XRayPropagator

    found: TextMapPropagator = module.get_global_textmap()
    added = _process.propagators
    if added is None or found is not added.composite:
        if HEADER_NAME in found.fields:  # the application has chosen one
            return
        added = _Propagators(found, found)
    both: list[TextMapPropagator] = [added.others, XRayPropagator()]
    if not _running or _running[0].settings.span_shape is not SpanShape.XRAY:
        both.reverse()
    added.composite = CompositePropagator(both)
    _process.propagators = added
    module.set_global_textmap(added.composite)


class _Propagators:
    """
    Propagators that are the global ones.

    Attributes:
        others: those that were so before.
        composite: they and X-Ray's.
    """

    def __init__(self, others: TextMapPropagator, composite: TextMapPropagator) -> None:
        self.others = others
        self.composite = composite


class _Process:
    propagators: _Propagators | None = None


_process = _Process()


def _sampler(settings: Settings, resource: Resource) -> XRaySampler | None:
    """Return the sampler that decides by X-Ray's rules, or by local ones; None: the SDK's own."""
    if settings.sampling is None:
        return None
    from otel_xray.sampling import choice

    timeout = environment.sampling_timeout(environment.environment())
    return choice.make(settings.sampling, resource.attributes, timeout)


def _resample(provider: TracerProvider, settings: Settings) -> None:
    """Decide by other local rules from now on, where rules decide at all."""
    from otel_xray.sampling import choice
    from otel_xray.sampling.sampler import XRaySampler

    if isinstance(provider.sampler, XRaySampler):
        provider.sampler.use(choice.local_rules(settings.sampling or Sampling()))
    else:
        _log.warning("Sampling rules are given too late: spans have been recorded without them.")


def _processors(settings: Settings, budget: Budget) -> SpanProcessor:
    kinds = [kind for kind in settings.exporters if settings.enabled and kind in choice.EXPORTERS]
    made = [_processor(settings, budget, kind, _exporter(settings, kind)) for kind in kinds]
    if len(made) == 1 and isinstance(made[0], OutermostProcessor):
        return made[0]
    from otel_xray.spans.side_by_side import SideBySide

    return SideBySide(made)


def _exporter(settings: Settings, kind: ExporterKind) -> SpanExporter:
    if not settings.in_lambda:
        return choice.make(kind, settings)
    from otel_xray.spans.late_exporter import LateExporter

    return LateExporter(lambda: choice.make_late(kind, settings))


def _processor(
    settings: Settings, budget: Budget, kind: ExporterKind, exporter: SpanExporter
) -> SpanProcessor:
    if kind is ExporterKind.XRAY:
        return OutermostProcessor(exporter, None)
    if settings.in_lambda:
        return OutermostProcessor(exporter, budget)
    return BatchSpanProcessor(exporter)
