"""
OpenTelemetry's sampler that decides as X-Ray does.

Only the first span of a trace is decided about; all others follow their parent, wherever it is.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping, Sequence
from threading import Lock
from urllib.parse import urlsplit

from opentelemetry.context import Context
from opentelemetry.sdk.trace.sampling import Decision, Sampler, SamplingResult
from opentelemetry.trace import Link, SpanKind, TraceState, get_current_span
from opentelemetry.util.types import Attributes, AttributeValue

from otel_xray.model import keys
from otel_xray.sampling.central import CentralRule
from otel_xray.sampling.fork import renew_in_child
from otel_xray.sampling.local import LocalRules
from otel_xray.sampling.manifest import DEFAULT_DOCUMENT, Manifest, parse
from otel_xray.sampling.poller import Poller, RulePoller, TargetPoller
from otel_xray.sampling.rule import Request
from otel_xray.sampling.rule_cache import RuleCache
from otel_xray.sampling.service import SamplingService, fetch_rules, report

_HOSTS = (keys.SERVER_ADDRESS, "http.host", "http.server_name", "net.host.name")
_METHODS = (keys.HTTP_METHOD, "http.method")
_PATHS = ("url.path",)
_TARGETS = ("http.target", keys.URL, "http.url")


class XRaySampler(Sampler):
    """
    Decides by the rules that X-Ray has for the account, and by local ones until those are known.

    The name of X-Ray's rule becomes an attribute of the span. Rules are polled in two threads,
    from the first decision on. Safe to use from any thread, and in forked processes.
    """

    def __init__(
        self,
        service: SamplingService | None,
        local: Manifest | None = None,
        *,
        running: Request | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """
        Begin without any rule of X-Ray's, and without any thread.

        Args:
            service: X-Ray, or what stands between it and us; None leaves it to the local rules.
            local: the local rules; one request a second and a twentieth of the others by default.
            running: what is known of every request: name and type of the service, its resource.
            clock: seconds since the epoch.
        """
        self._service = service
        self._local = LocalRules(local or parse(DEFAULT_DOCUMENT))
        self._running = running or Request()
        self._clock = clock
        self._cache = RuleCache()
        self._lock = Lock()
        self._started = False
        self._pollers = self._new_pollers()
        renew_in_child(self, XRaySampler._renew)

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
            return _result(attributes, parent.trace_state, sampled=parent.trace_flags.sampled)
        sampled, rule = self._decide(attributes or {})
        if rule is not None:
            attributes = {**(attributes or {}), keys.SAMPLING_RULE: rule}
        return _result(attributes, None, sampled=sampled)

    def get_description(self) -> str:
        """Return what the sampler is called."""
        return "XRaySampler"

    def _decide(self, attributes: Mapping[str, AttributeValue]) -> tuple[bool, str | None]:
        """Say whether the first span of a trace is recorded, and by which of X-Ray's rules."""
        if not self._started:
            self._start()
        now = self._clock()
        request = to_request(attributes, self._running)
        rule = self._cache.match(request, now)
        if rule is None:
            return self._local.decide(request, now), None
        return rule.decide(now), rule.rule.name

    def _start(self) -> None:
        with self._lock:
            if self._started:
                return
            self._started = True
        for poller in self._pollers:
            poller.start()

    def _new_pollers(self) -> tuple[Poller, ...]:
        return () if self._service is None else _pollers(self._cache, self._service)

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
        attributes={key: str(value) for key, value in attributes.items()},
    )


def _pollers(cache: RuleCache, service: SamplingService) -> tuple[Poller, ...]:
    client_id = os.urandom(12).hex()
    rules = RulePoller(cache, lambda: [CentralRule(rule) for rule in fetch_rules(service)])
    targets = TargetPoller(cache, lambda due: report(service, due, client_id, time.time()), rules)
    return rules, targets


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


def _result(attributes: Attributes, state: TraceState | None, *, sampled: bool) -> SamplingResult:
    if sampled:
        return SamplingResult(Decision.RECORD_AND_SAMPLE, attributes, state)
    return SamplingResult(Decision.DROP, None, state)
