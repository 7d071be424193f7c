from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

import pytest
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import Status, StatusCode

from otel_xray.sampling.boost import Boost, BoostCounts, BoostLimit
from otel_xray.sampling.central import CentralRule, Target
from otel_xray.sampling.rule import Request, Rule
from otel_xray.sampling.sampler import XRaySampler
from otel_xray.sampling.service import report
from tests.sampling.service_double import record

NOW = 1000.0
LIMIT = BoostLimit(0.5, 1)


class Service:
    """A service in memory, without threads; keeps what it is told."""

    timeout = 1.0

    def __init__(self, *records: dict[str, Any]) -> None:
        self.records = list(records)
        self.answer: Any = {}
        self.told: list[Mapping[str, Any]] = []

    def get_sampling_rules(self, **arguments: str) -> Mapping[str, Any]:
        """Answer with the rules."""
        return {"SamplingRuleRecords": self.records}

    def get_sampling_targets(
        self,
        *,
        SamplingStatisticsDocuments: Sequence[Mapping[str, Any]] = (),  # noqa: N803  as boto3 does
        **more: Sequence[Mapping[str, Any]],
    ) -> Mapping[str, Any]:
        """Keep the documents."""
        self.told.append({"SamplingStatisticsDocuments": SamplingStatisticsDocuments, **more})
        if isinstance(self.answer, Exception):
            raise self.answer
        answer: Mapping[str, Any] = self.answer
        return answer


def central(**options: Any) -> CentralRule:
    """Return a rule that records nothing but what is boosted."""
    return CentralRule(Rule("r", 1, 0.0, 0, **options))


def decide(rule: CentralRule, now: float, chance: float) -> bool:
    """Return a decision by a known chance."""
    return rule.decide(now, lambda: chance)


def test_a_boost_raises_the_rate_until_it_expires() -> None:
    """Afterwards the fixed rate holds again; the reservoir and the statistics are as ever."""
    rule = central(boost=LIMIT)
    rule.aim(Target(boost=Boost(0.5, NOW + 60)))

    assert [True, False] == [decide(rule, NOW, chance) for chance in (0.4, 0.6)]
    assert not decide(rule, NOW + 60, 0.4)
    assert (3, 0, 1) == rule.statistics.take()


def test_a_boost_lowers_nothing() -> None:
    """Where the fixed rate is higher, it holds."""
    assert [0.7, 0.7, 0.9] == [Boost(rate, NOW).over(0.7, NOW - 1) for rate in (0.1, 0.7, 0.9)]


def test_a_newer_description_goes_on_with_the_boost() -> None:
    """Unless the rule may not be boosted any more."""
    older = central(boost=LIMIT)
    older.aim(Target(boost=Boost(0.5, NOW + 60)))
    older.ended(faulty=True, recorded=False)
    kept, undone = central(boost=LIMIT), central()
    kept.continue_from(older)
    undone.continue_from(older)

    assert (0.5, 0.0) == (kept.rate_at(NOW), undone.rate_at(NOW))
    assert BoostCounts(1, 1, 0) == kept.boost_statistics.counts


def test_a_forked_process_begins_without_boost() -> None:
    """And without what its parent has counted."""
    rule = central(boost=LIMIT)
    rule.aim(Target(boost=Boost(0.5, NOW + 60)))
    rule.ended(faulty=True, recorded=True)
    rule.restart()

    assert (0.0, BoostCounts()) == (rule.rate_at(NOW), rule.boost_statistics.counts)


def test_ends_are_reported_beside_the_statistics() -> None:
    """Only of rules of which something has ended, and each once."""
    rules = [central(), central()]
    rules[0].ended(faulty=True, recorded=False)
    rules[0].ended(faulty=True, recorded=True)
    rules[0].ended(faulty=False, recorded=True)
    service = Service()
    for _ in range(2):
        report(service, rules, "c", NOW, "orders")

    expected = {
        "RuleName": "r",
        "ServiceName": "orders",
        "Timestamp": 1000,
        "AnomalyCount": 2,
        "TotalCount": 3,
        "SampledAnomalyCount": 1,
    }
    first, second = service.told
    assert [expected] == first["SamplingBoostStatisticsDocuments"]
    assert {"SamplingStatisticsDocuments"} == set(second)


@pytest.mark.parametrize(
    "answer",
    [
        OSError("no way"),
        {"UnprocessedBoostStatistics": [{"RuleName": "r", "ErrorCode": "500"}]},
    ],
)
def test_ends_that_did_not_arrive_are_reported_again(answer: Any) -> None:
    """X-Ray's failure is not the rule's."""
    rule = central()
    rule.ended(faulty=True, recorded=False)
    service = Service()
    service.answer = answer
    with suppress(OSError):
        report(service, [rule], "c", NOW)

    assert BoostCounts(1, 1, 0) == rule.boost_statistics.counts


@pytest.mark.parametrize(
    ("told", "rate"),
    [
        ({"BoostRate": 0.5, "BoostRateTTL": NOW + 1}, 0.5),
        ({"BoostRate": 0.5}, 0.0),
        ({"BoostRate": "x", "BoostRateTTL": NOW + 1}, 0.0),
        (None, 0.0),
        (7, 0.0),
    ],
)
def test_a_boost_is_read_leniently(told: Any, rate: float) -> None:
    """What is no boost is none."""
    service = Service()
    service.answer = {"SamplingTargetDocuments": [{"RuleName": "r", "SamplingBoost": told}]}
    rule = central()
    rule.aim(report(service, [rule], "c", NOW).targets["r"])

    assert rate == rule.rate_at(NOW)


def scene(**rule: Any) -> tuple[XRaySampler, TracerProvider, InMemorySpanExporter, Service]:
    """Return a sampler that knows a rule, and what records with it."""
    service = Service(record("r", Priority=1, FixedRate=0, ReservoirSize=0, **rule))
    sampler = XRaySampler(
        service, clock=lambda: NOW, threads=False, running=Request(service="orders")
    )
    provider = TracerProvider(sampler=sampler, shutdown_on_exit=False)
    provider.add_span_processor(sampler.anomalies())
    kept = InMemorySpanExporter()
    provider.add_span_processor(SimpleSpanProcessor(kept))
    sampler.should_sample(None, 1, "first")
    sampler.poll_due(1)
    return sampler, provider, kept, service


def test_faults_of_what_is_not_recorded_are_counted() -> None:
    """Such spans are followed to their end, but exported by nobody; their children are not."""
    sampler, provider, kept, service = scene(
        SamplingRateBoost={"MaxRate": 1, "CooldownWindowMinutes": 1}
    )
    tracer = provider.get_tracer("test")
    with tracer.start_as_current_span("s") as span:
        span.set_attribute("http.response.status_code", 503)
        assert span.is_recording()
        assert not tracer.start_span("child").is_recording()
    tracer.start_span("s", attributes={"http.status_code": 404}).end()
    failed = tracer.start_span("s")
    failed.set_status(Status(StatusCode.ERROR))
    failed.end()
    refused = tracer.start_span("s", attributes={"http.response.status_code": 400})
    refused.set_status(Status(StatusCode.ERROR))
    refused.end()
    sampler.poll_due(1)

    (told,) = service.told
    (ends,) = told["SamplingBoostStatisticsDocuments"]
    assert (4, 2, 0, "orders") == tuple(
        ends[name] for name in ("TotalCount", "AnomalyCount", "SampledAnomalyCount", "ServiceName")
    )
    assert () == kept.get_finished_spans()


def test_without_a_boost_nothing_more_is_recorded() -> None:
    """Spans of other rules are dropped as ever, and their ends are nobody's business."""
    sampler, provider, _, service = scene()
    span = provider.get_tracer("test").start_span("s")
    assert not span.is_recording()
    sampler.ended("r", faulty=True, recorded=False)
    sampler.ended("unknown", faulty=True, recorded=False)
    sampler.poll_due(1)

    assert [{"SamplingStatisticsDocuments"}] == [set(told) for told in service.told]
