"""
What happens to a function's process, from its start over each invocation to its end.

One state machine: the runtime tells it when it waits, has received and has answered (`runtime`),
the handler's wrapper when the handler begins and ends (`bootstrap`). The handler's span stays open
until the runtime asks for the next invocation, when nobody waits any more; then the phases are
drawn, the span ends, and what was recorded is sent. Where the runtime cannot be followed, all of
that happens when the handler returns.
"""

from __future__ import annotations

import atexit
import sys
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from opentelemetry import trace
from opentelemetry.trace import INVALID_SPAN, Tracer

import otel_xray.startup  # noqa: F401  # pyright: ignore[reportUnusedImport]  it starts the recording
from otel_xray import pipeline, settings
from otel_xray.api import source
from otel_xray.aws_lambda import (
    handler_span,
    invocation,
    phases,
    runtime,
    termination,
)
from otel_xray.aws_lambda.deadline import Deadline
from otel_xray.aws_lambda.imports import ImportTimer
from otel_xray.aws_lambda.invocation import Invocation
from otel_xray.aws_lambda.process import INITIALIZATION, NANOSECONDS, Process
from otel_xray.instrument.shield import Shield
from otel_xray.spans.budget import Budget
from otel_xray.spans.worker import Worker

if TYPE_CHECKING:
    from otel_xray.aws_lambda.telemetry.platform import PlatformTelemetry

SCOPE = "otel_xray.aws_lambda"

_TERMINATION = 0.25  # seconds, of the 0.3 that Lambda gives
_LONGEST = 900.0  # seconds that an invocation can take; an emulator may say more

_shield = Shield("following an invocation")


class Lifecycle:
    """Follows the process of one function."""

    def __init__(self, clock: Callable[[], int] = time.time_ns) -> None:
        """
        Prepare.

        Args:
            clock: nanoseconds since the epoch.
        """
        self._clock = clock
        self._process: Process | None = None
        self._tracer: Tracer | None = None
        self._timer: ImportTimer | None = None
        self._received = 0
        self._open: Invocation | None = None
        self._platform: PlatformTelemetry | None = None
        self._deadline = Deadline(self._send_unfinished)
        self._worker = Worker(self._flush_foreign)

    @property
    def process(self) -> Process:
        """What is known of the process."""
        if self._process is None:
            self._process = Process.present()
        return self._process

    # --- initialization -------------------------------------------------------------------------

    def follow(self) -> None:
        """Hear of what the runtime does, if there is one."""
        with _shield:
            if self.process.decided.in_lambda and not self.process.is_followed:
                self.process.is_followed = runtime.follow(self)

    def prepare(self) -> None:
        """Follow the runtime; measure what is imported from now on, if that is wanted."""
        self.follow()
        if settings.is_snap_start():
            from otel_xray.aws_lambda import snapstart  # noqa: PLC0415  few functions use it

            self.process.snapshot = snapstart.follow(settings.environment(), self._flush_all)
        if self.process.decided.import_threshold is not None:
            self._timer = ImportTimer(self._clock)
            self._timer.start()

    def initialize(self) -> Tracer:
        """Get ready to record, while nobody waits yet: the function's code has been loaded."""
        if self._timer is not None:
            self._timer.stop()
            self.process.imports = tuple(self._timer.outermost)
        self._tracer = source.tracer(SCOPE)
        running = pipeline.running()
        if running is not None:
            running.budget.held = self.process.is_followed
            running.follow_open_spans()
            termination.before_it(self._terminate)
            atexit.register(self._exit)
        if self.process.decided.telemetry_api and self._platform is None:
            self._subscribe()
        return self._tracer

    def _subscribe(self) -> None:
        """Ask for the platform's own figures, which then take the place of ours."""
        from otel_xray.aws_lambda.telemetry.platform import PlatformTelemetry  # noqa: PLC0415  rarely used

        platform = PlatformTelemetry(settings.environment(), lambda: source.tracer(SCOPE))
        if platform.register():
            self._platform = platform
            self.process.drawn -= platform.brings

    def not_initialized(self, error: BaseException) -> None:
        """Record that the function's code cannot be loaded, and why."""
        with _shield:
            tracer = self.initialize()
            begun = self.process.started
            span = phases.begin(tracer, INVALID_SPAN, INITIALIZATION, begun)
            handler_span.fail(span, error)
            phases.draw_imports(tracer, span, self.process)
            span.end(self._clock())
            self._flush_all()

    # --- what the runtime does ------------------------------------------------------------------

    def waiting(self) -> None:
        """Nobody waits any more for the invocation before; what comes next may be a freeze."""
        if self._open is not None:
            self._finish(self._open)
        self.process.ready = self.process.ready or self._clock()

    def received(self) -> None:
        """There is an invocation."""
        self._received = self._clock()

    def answered(self, *, failed: bool) -> None:
        """What the handler returned was posted, or that it *failed*."""
        if self._open is not None:
            self._open.answer(self._clock(), failed=failed)

    # --- what the handler does ------------------------------------------------------------------

    def begin(self, event: object, context: object) -> Invocation | None:
        """
        Start the span of a handler and make it current.

        Args:
            event: of any shape.
            context: Lambda's context object; anything else in a test.

        Returns:
            The invocation, for `succeed` or `fail`; None when it is not traced, or is already:
            a handler that calls another one is one invocation.
        """
        if not self.process.decided.enabled or invocation.is_inside():
            return None
        with _shield:
            tracer = self._tracer or self.initialize()
            received = self._received or self._clock()
            begun = invocation.begin(self.process, tracer, event, context, received)
            if self.process.is_followed:
                self._open = begun
            if self._platform is not None:
                request = str(getattr(context, "aws_request_id", ""))
                self._platform.began(request, begun.span.get_span_context(), received)
            self._limit(context)
            return begun
        return None

    def succeed(self, begun: Invocation, answer: object) -> None:
        """The handler has returned *answer*."""
        with _shield:
            begun.succeed(answer, self._clock())
            if begun is not self._open:
                self._finish(begun)

    def fail(self, begun: Invocation, error: BaseException) -> None:
        """The handler has raised *error*."""
        with _shield:
            begun.fail(error, self._clock())
            # After SystemExit and its like the runtime asks for nothing any more.
            if begun is not self._open or not isinstance(error, Exception):
                self._finish(begun)

    def _finish(self, begun: Invocation) -> None:
        self._open, self._received = None, 0
        self._deadline.stop()
        begun.finish(self._clock(), self.process.drawn)
        if self._platform is not None:
            self._platform.attach()
        budget = self._budget()
        seconds, before = budget.seconds(), self._clock()
        self._flush(seconds)
        sampling = sys.modules.get("otel_xray.sampling.steps")
        if sampling is not None:  # there are rules of X-Ray's to ask for, and now nobody waits
            sampling.poll_due(seconds - (self._clock() - before) / NANOSECONDS)
        budget.deadline = None

    def _exit(self) -> None:
        """End what is open: the runtime itself has failed after the handler."""
        with _shield:
            if self._open is not None:
                self._finish(self._open)

    # --- time -----------------------------------------------------------------------------------

    def _limit(self, context: Any) -> None:
        """Learn from Lambda's *context* object when the invocation is to end."""
        remaining: Callable[[], Any] = getattr(context, "get_remaining_time_in_millis", int)
        left = float(remaining()) / 1000
        if not 0 < left <= _LONGEST:
            return
        deadline = self._clock() / NANOSECONDS + left
        self._budget().deadline = deadline
        self._deadline.watch(deadline)

    def _budget(self) -> Budget:
        running = pipeline.running()
        return Budget(self.process.decided.flush_timeout) if running is None else running.budget

    def _flush(self, seconds: float) -> None:
        running = pipeline.running()
        if running is not None:
            running.flush(seconds)
        else:
            self._worker.run(seconds)

    def _flush_foreign(self) -> None:
        """Flush a provider of the application's own, whose time-out may mean nothing."""
        flush = getattr(trace.get_tracer_provider(), "force_flush", None)
        if flush is not None:
            with _shield:
                flush()

    def _send_unfinished(self) -> None:
        """Send what is there shortly before the invocation times out."""
        with _shield:
            running = pipeline.running()
            if running is not None:
                running.send_unfinished(self._budget().seconds())

    def _flush_all(self) -> None:
        self._flush(self.process.decided.flush_timeout)

    def _terminate(self) -> None:
        with _shield:
            if self._platform is not None:
                self._platform.attach(final=True)
            running = pipeline.running()
            if running is not None:
                running.send_unfinished(_TERMINATION)


lifecycle = Lifecycle()
