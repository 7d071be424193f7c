"""
OpenTelemetry's sampler that decides as X-Ray does.

Only the first span of a trace is decided about; all others follow their parent, wherever it is.
"""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from threading import Lock
from typing import ClassVar, Protocol
from urllib.parse import urlsplit

from opentelemetry.context import (
    _SUPPRESS_INSTRUMENTATION_KEY,  # pyright: ignore[reportPrivateUsage]  # the SDK's processors use it too
    Context,
    attach,
    detach,
    set_value,
)
from opentelemetry.sdk.trace.sampling import Decision, Sampler, SamplingResult
from opentelemetry.trace import Link, SpanKind, TraceState, get_current_span
from opentelemetry.util.types import Attributes, AttributeValue

from otel_xray.model import keys
from otel_xray.sampling import steps
from otel_xray.sampling.anomalies import AnomalyProcessor
from otel_xray.sampling.central import CentralRule
from otel_xray.sampling.fork import renew_in_child
from otel_xray.sampling.local import LocalRules
from otel_xray.sampling.manifest import DEFAULT_DOCUMENT, Manifest, parse
from otel_xray.sampling.poller import RULES_INTERVAL, Poller, RulePoller, TargetPoller
from otel_xray.sampling.rule import Request
from otel_xray.sampling.rule_cache import RuleCache
from otel_xray.sampling.service import Report, SamplingService, fetch_rules, report

_HOSTS = (keys.SERVER_ADDRESS, "http.host", "http.server_name", "net.host.name")
_METHODS = (keys.HTTP_METHOD, "http.method")
_PATHS = ("url.path",)
_TARGETS = ("http.target", keys.URL, "http.url")
_ARNS = (keys.CLOUD_RESOURCE_ID, keys.LAMBDA_INVOKED_ARN)

LEAST_SECONDS = 0.05

_log = logging.getLogger(__name__)


class Service(SamplingService, Protocol):
    """
    X-Ray, or what stands between it and us, with a limit to its answers.

    Attributes:
        timeout: seconds that an answer may take, from now on.
    """

    timeout: float


class XRaySampler(Sampler):
    """
    Decides by the rules that X-Ray has for the account, and by local ones until those are known.

    The name of X-Ray's rule becomes an attribute of the span. Rules are polled in two threads,
    from the first decision on, or when somebody has time (`steps`). Safe to use from any thread,
    and in forked processes.
    """

    # Spans whose sampling the X-Ray SDK's own rules have decided are not to be decided about again.
    decides_as_xray: ClassVar[bool] = True
    # What is inside a sampled span is, without a question; see `otel_xray.spans.own_span`.
    follows_parent: ClassVar[bool] = True

    def __init__(
        self,
        service: Service | None,
        local: Manifest | None = None,
        *,
        running: Request | None = None,
        clock: Callable[[], float] = time.time,
        interval: float = RULES_INTERVAL,
        threads: bool = True,
    ) -> None:
        """
        Begin without any rule of X-Ray's, and without any thread.

        Args:
            service: X-Ray, or what stands between it and us; None leaves it to the local rules.
            local: the local rules; one request a second and a twentieth of the others by default.
            running: what is known of every request: name and type of the service, its resource.
            clock: seconds since the epoch.
            interval: seconds between two polls of the rules.
            threads: poll in threads; else when `poll_due` is called.
        """
        self._service = service
        self._local = LocalRules(local or parse(DEFAULT_DOCUMENT))
        self._running = running or Request()
        self._clock = clock
        self._interval = interval
        self._threads = threads
        self._cache = RuleCache()
        self._lock = Lock()
        self._started = False
        self._failed = False
        self._follows_ends = False
        self._pollers = self._new_pollers()
        renew_in_child(self, XRaySampler._renew)
        if not threads:
            steps.register(self)

    def should_sample(
        self,
        parent_context: Context | None,
        trace_id: int,  # noqa: ARG002  as the SDK calls it
        name: str,  # noqa: ARG002
        kind: SpanKind | None = None,  # noqa: ARG002
        attributes: Attributes = None,
        links: Sequence[Link] | None = None,  # noqa: ARG002
        trace_state: TraceState | None = None,  # noqa: ARG002
    ) -> SamplingResult:
        """Say whether a span is recorded; it keeps its parent's trace state."""
        parent = get_current_span(parent_context).get_span_context()
        if parent.is_valid:
            decision = _DECISIONS[parent.trace_flags.sampled]
            return _result(decision, attributes, parent.trace_state)
        try:
            decision, rule = self._decide(attributes or {})
        except Exception:  # noqa: BLE001  whatever an attribute is
            decision, rule = self._decide_anyhow(), None
        if rule is not None:
            attributes = {**(attributes or {}), keys.SAMPLING_RULE: rule}
        return _result(decision, attributes, None)

    def use(self, local: Manifest | None) -> None:
        """Decide by other *local* rules where X-Ray's are not known; None for the default ones."""
        self._local = LocalRules(local or parse(DEFAULT_DOCUMENT))

    def anomalies(self) -> AnomalyProcessor:
        """
        Return what has to see the ends of spans, so that X-Ray can boost rules.

        From now on spans of rules that can be boosted are recorded, though not sampled: they go
        nowhere, but it is seen how they end.
        """
        self._follows_ends = True
        return AnomalyProcessor(self)

    def ended(self, rule: str, *, faulty: bool, recorded: bool) -> None:
        """Count the end of a span that *rule* has decided about, if that can be boosted."""
        for one in self._cache.rules:
            if one.rule.name == rule:
                if one.rule.boost is not None:
                    one.ended(faulty=faulty, recorded=recorded)
                return

    def poll_due(self, seconds: float) -> None:
        """
        Poll once, if a decision has been made and something is due; nothing is raised.

        Args:
            seconds: that it may take; with less than `LEAST_SECONDS` nothing is begun.
        """
        if self._service is None or not self._started or seconds < LEAST_SECONDS:
            return
        for poller in self._pollers:
            if poller.is_due():
                self._service.timeout = seconds
                poller.step()
                return

    def get_description(self) -> str:
        """Return what the sampler is called."""
        return "XRaySampler"

    def _decide(self, attributes: Mapping[str, AttributeValue]) -> tuple[Decision, str | None]:
        """Decide about the first span of a trace, and say by which of X-Ray's rules."""
        if not self._started:
            self._start()
        now = self._clock()
        request = to_request(attributes, self._running)
        rule = self._cache.match(request, now)
        if rule is None:
            self._catch_up()
            return _DECISIONS[self._local.decide(request, now)], None
        decision = _DECISIONS[rule.decide(now)]
        if decision is Decision.DROP and self._follows_ends and rule.rule.boost is not None:
            decision = Decision.RECORD_ONLY
        return decision, rule.rule.name

    def _decide_anyhow(self) -> Decision:
        """Decide about a request that cannot be understood, which is reported once."""
        if not self._failed:
            self._failed = True
            _log.warning("A request could not be compared with sampling rules.", exc_info=True)
        return _DECISIONS[self._local.decide(None, self._clock())]

    def _catch_up(self) -> None:
        """Poll at once where rules have become too old: the process was frozen, or a clock set."""
        if self._threads and self._cache.last_updated is not None:
            self._pollers[0].catch_up()

    def _start(self) -> None:
        with self._lock:
            if self._started:
                return
            self._started = True
        for poller in self._pollers if self._threads else ():
            poller.start()

    def _new_pollers(self) -> tuple[Poller, ...]:
        if self._service is None:
            return ()
        return _pollers(self._cache, self._service, self._running, self._interval, self._clock)

    def _renew(self) -> None:
        """Begin anew in a forked process, which has no such threads and no quotas."""
        self._cache.restart()
        self._local.restart()
        self._lock = Lock()
        self._started = False
        self._pollers = self._new_pollers()


def to_request(attributes: Mapping[str, AttributeValue], running: Request) -> Request:
    """
    Return what a span's first attributes say of a request.

    Args:
        attributes: of the span, by old or stable conventions.
        running: what is known of every request.
    """
    return running._replace(
        host=_first(_HOSTS, attributes),
        method=_first(_METHODS, attributes),
        path=_first(_PATHS, attributes) or _path(_first(_TARGETS, attributes)),
        service=_first((keys.LOCAL_SERVICE,), attributes) or running.service,
        resource_arn=_first(_ARNS, attributes) or running.resource_arn,
        attributes=attributes,
    )


def _pollers(
    cache: RuleCache,
    service: Service,
    running: Request,
    interval: float,
    clock: Callable[[], float],
) -> tuple[Poller, ...]:
    client_id = os.urandom(12).hex()
    name = running.service or ""

    def fetch() -> list[CentralRule]:
        with _untraced():
            return [CentralRule(rule) for rule in fetch_rules(service)]

    def tell(due: Sequence[CentralRule]) -> Report:
        with _untraced():
            return report(service, due, client_id, time.time(), name)

    rules = RulePoller(cache, fetch, interval=interval, clock=clock)
    return rules, TargetPoller(cache, tell, rules, clock=clock)


@contextmanager
def _untraced() -> Generator[None]:
    """Let no instrumentation trace what is asked inside."""
    token = attach(set_value(_SUPPRESS_INSTRUMENTATION_KEY, True))
    try:
        yield
    finally:
        detach(token)


def _first(names: Sequence[str], attributes: Mapping[str, AttributeValue]) -> str | None:
    found = (attributes.get(name) for name in names)
    return next((value for value in found if value and isinstance(value, str)), None)


def _path(target: str | None) -> str | None:
    """Return the path of a URL or of a request's target."""
    if target is None:
        return None
    try:
        return urlsplit(target).path or "/"
    except ValueError:  # it is no URL
        return None


_DECISIONS = (Decision.DROP, Decision.RECORD_AND_SAMPLE)  # by whether it is recorded


def _result(decision: Decision, attributes: Attributes, state: TraceState | None) -> SamplingResult:
    return SamplingResult(decision, None if decision is Decision.DROP else attributes, state)
