from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.sdk.trace.sampling import Decision
from opentelemetry.trace import NonRecordingSpan, SpanContext, TraceFlags, TraceState

from otel_xray.sampling.client import SamplingClient
from otel_xray.sampling.manifest import Manifest, parse
from otel_xray.sampling.rule import Request
from otel_xray.sampling.sampler import XRaySampler, to_request
from tests.alone import alone
from tests.sampling.service_double import SamplingServer, record
from tests.sampling.test_boost import Service
from tests.sampling.test_poller import eventually, threads

ALL = parse({"version": 2, "default": {"fixed_target": 0, "rate": 1}})
NONE = parse({"version": 2, "default": {"fixed_target": 0, "rate": 0}})
RULE = "aws.xray.sampling_rule_name"


@pytest.fixture(autouse=True)
def no_thread_is_left() -> Iterator[None]:
    """Wait for the threads of a test to end with their sampler."""
    yield
    gc.collect()
    eventually(lambda: not threads())


def tracing(sampler: XRaySampler) -> tuple[trace.Tracer, InMemorySpanExporter]:
    """Return a tracer with *sampler*, and what keeps its spans."""
    provider = TracerProvider(sampler=sampler, shutdown_on_exit=False)
    kept = InMemorySpanExporter()
    provider.add_span_processor(SimpleSpanProcessor(kept))
    return provider.get_tracer("test"), kept


def central(server: SamplingServer, local: Manifest = NONE, **options: Any) -> Any:
    """Return a sampler that polls *server*."""
    client = SamplingClient("127.0.0.1", server.server_port)
    return XRaySampler(client, local, **options)


def parent(*, sampled: bool, remote: bool) -> Any:
    """Return a context with a span in it."""
    flags = TraceFlags(TraceFlags.SAMPLED if sampled else TraceFlags.DEFAULT)
    span = NonRecordingSpan(SpanContext(1, 1, remote, flags, TraceState([("k", "v")])))
    return trace.set_span_in_context(span)


def root(sampler: XRaySampler, **attributes: Any) -> Any:
    """Return the decision about the first span of a trace."""
    return sampler.should_sample(None, 1, "s", attributes=attributes)


def is_sampled(sampler: XRaySampler, **attributes: Any) -> bool:
    """Say whether the first span of a trace is recorded."""
    return root(sampler, **attributes).decision is Decision.RECORD_AND_SAMPLE


@pytest.mark.parametrize("remote", [True, False])
@pytest.mark.parametrize("sampled", [True, False])
def test_a_child_follows_its_parent(sampled: bool, remote: bool) -> None:
    """Whatever the rules say, and wherever the parent is; rules are not even asked."""
    sampler = XRaySampler(None, NONE if sampled else ALL)
    result: Any = sampler.should_sample(
        parent(sampled=sampled, remote=remote), 1, "s", attributes={"a": 1}
    )

    assert (Decision.RECORD_AND_SAMPLE if sampled else Decision.DROP) is result.decision
    assert ({"a": 1} if sampled else {}) == dict(result.attributes)
    assert "v" == result.trace_state["k"]


def test_children_of_an_unsampled_span_are_not_recorded() -> None:
    """A trace is recorded as a whole or not at all."""
    tracer, kept = tracing(XRaySampler(None, NONE))
    with tracer.start_as_current_span("root"), tracer.start_as_current_span("child"):
        pass

    assert () == kept.get_finished_spans()


def test_local_rules_decide_without_a_service() -> None:
    """By host, method and path; there is nothing to poll, and no rule to name."""
    rule = {"host": "h", "http_method": "GET", "url_path": "/a*", "fixed_target": 0, "rate": 1}
    manifest = parse({"version": 2, "default": {"fixed_target": 0, "rate": 0}, "rules": [rule]})
    tracer, kept = tracing(XRaySampler(None, manifest))
    for path in ("/a/1", "/b"):
        attributes = {"server.address": "h", "http.request.method": "GET", "url.path": path}
        tracer.start_span("s", attributes=attributes).end()

    (span,) = kept.get_finished_spans()
    assert span.attributes
    assert "/a/1" == span.attributes["url.path"]
    assert RULE not in span.attributes
    assert [] == threads()


def test_the_default_is_one_a_second_and_a_twentieth() -> None:
    """As with X-Ray's SDKs."""
    sampler = XRaySampler(None, clock=lambda: 1000.0)
    decisions = [is_sampled(sampler) for _ in range(4001)]

    assert decisions[0]
    assert 100 < sum(decisions) < 320


@pytest.mark.slow
def test_xrays_rules_decide_and_are_named(server: SamplingServer) -> None:
    """The name is an attribute of the span beside its own, from which it reaches the segment."""
    server.records = [
        record("orders", Priority=1, FixedRate=1, URLPath="/orders*", ServiceName="shop"),
        record("Default", FixedRate=0, ReservoirSize=0),
    ]
    sampler = central(server, running=Request(service="Shop"))
    tracer, kept = tracing(sampler)
    eventually(lambda: is_sampled(sampler, **{"url.path": "/orders"}))
    for path in ("/orders/1", "/other"):
        with tracer.start_as_current_span("s", attributes={"url.path": path}):
            tracer.start_span("child").end()

    child, span = kept.get_finished_spans()
    assert {"url.path": "/orders/1", RULE: "orders"} == dict(span.attributes or {})
    assert {} == dict(child.attributes or {})


@pytest.mark.slow
def test_rules_for_resources_and_attributes_are_followed(server: SamplingServer) -> None:
    """Unlike by X-Ray's SDK, which leaves them out."""
    server.records = [
        record("gold", Priority=1, FixedRate=1, Attributes={"tier": "gold"}),
        record("task", Priority=2, FixedRate=1, ResourceARN="arn:aws:ecs:*"),
        record("Default", FixedRate=0, ReservoirSize=0),
    ]
    sampler = central(server, running=Request(resource_arn="arn:aws:ecs:eu:task"))
    eventually(lambda: is_sampled(sampler))

    assert "gold" == root(sampler, tier="gold").attributes[RULE]
    assert "task" == root(sampler, tier="iron").attributes[RULE]


@pytest.mark.slow
def test_statistics_count_first_spans_only(server: SamplingServer) -> None:
    """Children are no requests, and what X-Ray is told adds up."""
    server.records = [record("all", Priority=1, FixedRate=0, ReservoirSize=0)]
    sampler = central(server)
    sampler._start()
    eventually(lambda: sampler._cache.last_updated)
    for _ in range(5):
        root(sampler)
        sampler.should_sample(parent(sampled=True, remote=True), 1, "child")
    sampler._pollers[1].step()

    assert (5, 0, 0) == server.counts("all")


def test_nothing_is_polled_before_the_first_decision(server: SamplingServer) -> None:
    """A child needs none."""
    sampler = central(server)
    sampler.should_sample(parent(sampled=True, remote=True), 1, "child")
    time.sleep(0.02)

    assert ([], []) == (threads(), server.asked)
    assert "XRaySampler" == sampler.get_description()


def test_without_an_answer_local_rules_decide() -> None:
    """An unreachable server is no error of the application's."""
    sampler = XRaySampler(SamplingClient("127.0.0.1", 1), ALL)

    assert all(is_sampled(sampler) for _ in range(3))


@pytest.mark.parametrize(
    ("attributes", "expected"),
    [
        ({}, Request()),
        (
            {"server.address": "h", "http.request.method": "GET", "url.path": "/a"},
            Request("h", "GET", "/a"),
        ),
        (
            {"http.host": "h:80", "http.method": "GET", "http.target": "/a?b=c"},
            Request("h:80", "GET", "/a"),
        ),
        ({"url.full": "https://h/a/b?c=d"}, Request(path="/a/b")),
        ({"http.url": "https://h"}, Request(path="/")),
        ({"http.url": "http://[bad"}, Request()),
        ({"url.path": 7, "http.host": ""}, Request()),
        ({"aws.local.service": "s"}, Request(service="s")),
    ],
)
def test_a_request_is_read_from_attributes(attributes: dict[str, Any], expected: Request) -> None:
    """Old and stable conventions say host, method and path; a segment's name is its service's."""
    found = to_request(attributes, Request())

    assert expected == found._replace(attributes=Request().attributes)
    assert set(attributes) == set(found.attributes)


def test_what_is_known_of_every_request_stays() -> None:
    """Name, type and resource of the service come from where it runs."""
    running = Request(service="s", service_type="AWS::EC2::Instance", resource_arn="arn")

    assert running == to_request({}, running)._replace(attributes=running.attributes)


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(__import__("os"), "fork"), reason="there is no fork here")
@pytest.mark.filterwarnings("ignore:.*use of fork:DeprecationWarning")
@alone
def test_a_forked_worker_is_another_client(server: SamplingServer) -> None:
    """It decides by the same rules at once, polls for itself, and reports what it did itself."""
    server.records, server.quota = [record("all", FixedRate=1)], 1000
    sampler = central(server)
    sampler._start()
    eventually(lambda: sampler._cache.last_updated)
    for _ in range(3):
        root(sampler)

    def work() -> bool:
        named = all(root(sampler).attributes.get(RULE) == "all" for _ in range(2))
        sampler._pollers[1].step()
        return named and len(threads()) == 2

    assert in_child(work)
    sampler._pollers[1].step()
    counted = {report["ClientID"]: report["RequestCount"] for report in server.reports}
    assert [2, 3] == sorted(counted.values())


def in_child(work: Callable[[], bool]) -> bool:
    """Say what *work* says in a forked process."""
    import os

    child = os.fork()
    if child == 0:
        good = False
        try:
            good = work()
        finally:
            os._exit(0 if good else 1)
    _, status = os.waitpid(child, 0)
    return status == 0


class Odd:
    """What fails whatever is done with it."""

    def __str__(self) -> str:
        raise ValueError

    def __bool__(self) -> bool:
        raise ValueError


ODD: Any = Odd()
KEYS = ["url.path", "http.url", "http.host", "http.method", "cloud.resource_id", "tier", "x"]
VALUES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.binary()
    | st.lists(st.text(), max_size=2)
    | st.just(ODD)
)
RULES = [
    record("odd", Priority=1, Attributes={"tier": "*"}, ResourceARN="arn:*"),
    record("tier", Priority=2, Attributes={"x": "?*"}, URLPath="*a*b"),
    {"SamplingRule": {"RuleName": 7}},
    record("Default"),
]


@given(
    st.dictionaries(st.sampled_from(KEYS), VALUES) | st.none(),
    st.floats(allow_nan=False, allow_infinity=False, min_value=-1e12, max_value=1e12),
    st.booleans(),
)
def test_a_decision_never_raises(attributes: Any, now: float, central_rules: bool) -> None:
    """Whatever attributes a span has, and whatever the clock shows."""
    service = Service(*RULES) if central_rules else None
    sampler = XRaySampler(service, clock=lambda: now, threads=False)
    for _ in range(2):
        result = sampler.should_sample(None, 1, "s", attributes=attributes)
        assert result.decision in set(Decision)
        sampler.poll_due(1)


def test_a_request_that_cannot_be_understood_is_one_warning(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """The default rule decides about it."""
    sampler = XRaySampler(None, ALL)
    decisions = [is_sampled(sampler, **{"url.path": ODD}) for _ in range(3)]

    assert [True, True, True] == decisions
    assert ["A request could not be compared with sampling rules."] == caplog.messages


@pytest.mark.slow
def test_after_a_thaw_rules_are_fetched_at_once(server: SamplingServer) -> None:
    """Where the rules have become too old, nobody waits for the rest of five minutes."""
    server.records = [record("all", FixedRate=1)]
    now = [time.time()]
    sampler = central(server, clock=lambda: now[0])
    sampler._start()
    eventually(lambda: sampler._cache.last_updated)
    assert 1 == len(server.asked)

    now[0] += 7200
    eventually(lambda: RULE in (root(sampler).attributes or {}))
    assert 2 == len(server.asked)


@pytest.mark.slow
def test_a_clock_that_is_set_back_leaves_rules_and_quotas(server: SamplingServer) -> None:
    """They are as good as before; the reservoir goes on in the new second."""
    server.records, server.quota = [record("all", FixedRate=0, ReservoirSize=5)], 2
    now = [time.time()]
    sampler = central(server, clock=lambda: now[0])
    sampler._start()
    eventually(lambda: sampler._cache.last_updated)
    root(sampler)
    sampler._pollers[1].step()

    for step in (0, -7200):
        now[0] += step
        assert [True, True, False] == [is_sampled(sampler) for _ in range(3)]
