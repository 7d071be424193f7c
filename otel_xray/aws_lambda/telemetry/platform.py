"""
The platform's own figures, from the registration to the spans.

The platform tells how an invocation went when it is over: as a rule during the next one. So it is
remembered until its figures have come, and its phases are drawn then, inside its span, which has
long ended. Where the platform refuses, one line of the log says so, and nothing else happens.
"""

from __future__ import annotations

import logging
import os
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from opentelemetry.trace import SpanContext, Tracer

from otel_xray.aws_lambda.initialization import InitializationType, classify
from otel_xray.aws_lambda.process import INITIALIZATION, INVOCATION, OVERHEAD, RESTORE
from otel_xray.aws_lambda.telemetry import events, spans
from otel_xray.aws_lambda.telemetry.events import NANOSECONDS
from otel_xray.aws_lambda.telemetry.extension import (
    NAME,
    SCHEMA,
    SCHEMA_OF_MANAGED,
    Extension,
    Refused,
)
from otel_xray.aws_lambda.telemetry.figures import Figures
from otel_xray.aws_lambda.telemetry.listener import Listener
from otel_xray.model import keys

MOST_REMEMBERED = 64

_log = logging.getLogger(__name__)

_MANAGED = InitializationType.MANAGED_INSTANCES
_SNAP_START = InitializationType.SNAP_START
_REPORT, _RUNTIME_DONE = "report", "runtimeDone"


@dataclass(frozen=True, slots=True)
class Remembered:
    """
    An invocation whose figures are to come.

    Attributes:
        span: the invocation's.
        received: when it began, in nanoseconds since the epoch.
    """

    span: SpanContext
    received: int


class PlatformTelemetry:
    """
    Follows what the platform tells of one process.

    One thread calls, and nothing raises; a signal's handler may call `attach` in the midst of
    another call.

    Args:
        environ: the process's environment.
        tracer: gives what makes the spans, once there are figures.
    """

    def __init__(self, environ: Mapping[str, str], tracer: Callable[[], Tracer]) -> None:
        self._environ = environ
        self._tracer = tracer
        self._kind = classify(environ, None, None, None)
        self._figures = Figures()
        self._remembered: OrderedDict[str, Remembered] = OrderedDict()
        self._first: Remembered | None = None
        self._extension: Extension | None = None
        self._listener: Listener | None = None
        self._owner = 0
        self._lost = 0
        self._is_begun = False

    @property
    def brings(self) -> frozenset[str]:
        """
        Names of the phases that the platform will tell; an own estimate of them is not drawn.

        Empty before `register`, when it was refused, and in a forked process.
        """
        return _PHASES.get(self._kind, _EVERY) if self._is_ours else frozenset()

    @property
    def _is_ours(self) -> bool:
        return self._listener is not None and self._owner == os.getpid()

    def register(self) -> bool:
        """
        Subscribe to the platform's events; say whether that was granted.

        It is possible until the runtime asks for its first invocation.
        """
        try:
            self._subscribe(self._environ.get("AWS_LAMBDA_RUNTIME_API", ""))
        except (Refused, OSError) as error:
            _log.warning("The platform's figures are not used, this process's own stay: %s.", error)
            self._stop_listening()
        return self._listener is not None

    def began(self, request_id: str, span: SpanContext, received: int) -> None:
        """
        Remember an invocation.

        Args:
            request_id: of it.
            span: the one that its phases belong to; nothing is drawn into one that is not sampled.
            received: when the runtime had it, in nanoseconds since the epoch.
        """
        if not self._is_ours:
            return
        remembered = Remembered(span, received)
        if request_id in self._remembered:  # another attempt
            self._draw(request_id)
        self._remembered[request_id] = remembered
        self._first = self._first or remembered
        if len(self._remembered) > MOST_REMEMBERED:
            self._draw(next(iter(self._remembered)))

    def attach(self, *, final: bool = False) -> None:
        """
        Draw what the figures that have come make possible.

        Args:
            final: nothing more will come: draw also what is incomplete.
        """
        if self._listener is None or not self._is_ours:
            return
        for body in self._listener.take():
            self._figures.add(events.parse(body))
        self._tell_losses(self._listener)
        if self._first is not None:
            self._draw_beginning(self._first)
        for request_id, remembered in [*self._remembered.items()]:
            if final or self._is_complete(request_id, remembered):
                self._draw(request_id)

    def close(self) -> None:
        """Let go of sockets and of the thread."""
        self._stop_listening()
        if self._extension is not None:
            self._extension.close()

    def _stop_listening(self) -> None:
        if self._listener is not None:
            self._listener.close()
        self._listener = None

    def _subscribe(self, address: str) -> None:
        managed = self._kind is _MANAGED
        # The workers of a managed instance register each for itself, as far as they are in time:
        # the first one that asks for an invocation ends the initialization. Names must differ.
        extension = Extension(address, f"{NAME}-{os.getpid()}" if managed else NAME)
        self._extension, self._owner = extension, os.getpid()
        schemas = [SCHEMA, SCHEMA_OF_MANAGED]
        try:
            self._listener = Listener()
            extension.subscribe(self._listener.uri, schemas[::-1] if managed else schemas)
        finally:
            extension.wait()  # whatever was answered: the initialization waits for it

    def _is_complete(self, request_id: str, remembered: Remembered) -> bool:
        told = self._figures.invocation(request_id, remembered.received).told
        return _REPORT in told and (_RUNTIME_DONE in told or self._kind is _MANAGED)

    def _draw(self, request_id: str) -> None:
        remembered = self._remembered.pop(request_id, None)
        if remembered is None:  # drawn by a signal's handler
            return
        figures = self._figures.invocation(request_id, remembered.received)
        self._figures.forget(request_id)
        if remembered.span.trace_flags.sampled:
            spans.draw_invocation(self._tracer(), figures, remembered.span, request_id)

    def _draw_beginning(self, first: Remembered) -> None:
        """Draw how this environment came to be, once."""
        figures = self._figures
        began, restored = figures.initialization(), figures.restoration()
        stretch = restored.stretch if self._kind is _SNAP_START else began.stretch
        if stretch is None or self._is_begun:
            return
        self._is_begun = True
        if not first.span.trace_flags.sampled:
            return
        if self._kind is _SNAP_START:
            # Its initialization took place once for all its environments, maybe days ago.
            spans.draw_restoration(self._tracer(), restored, first.span)
            return
        kind = classify(
            self._environ,
            None,
            stretch.end / NANOSECONDS,
            first.received / NANOSECONDS,
            stated=began.type,
            phase=began.phase,
        )
        others = sorted(name for name in figures.extensions if not name.startswith(NAME))
        known = {
            keys.LAMBDA_INITIALIZATION: kind.value,
            keys.LAMBDA_EXTENSIONS: others or None,
        }
        spans.draw_initialization(
            self._tracer(), began, first.span, waited=kind.is_waited_for, attributes=known
        )

    def _tell_losses(self, listener: Listener) -> None:
        lost = self._figures.lost.records + listener.lost
        if lost > self._lost:
            _log.warning("%d of the platform's figures were lost.", lost - self._lost)
            self._lost = lost


_EVERY = frozenset({INITIALIZATION, INVOCATION, OVERHEAD})
_PHASES = {
    _MANAGED: frozenset({INITIALIZATION, INVOCATION}),  # no event tells of the overhead there
    _SNAP_START: frozenset({RESTORE, INVOCATION, OVERHEAD}),
}
