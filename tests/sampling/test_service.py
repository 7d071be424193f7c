from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from otel_xray.sampling.boost import BoostLimit
from otel_xray.sampling.central import CentralRule, Target
from otel_xray.sampling.rule import Rule
from otel_xray.sampling.service import Report, fetch_rules, report, seconds
from otel_xray.sampling.statistics import Counts
from tests.sampling.service_double import record

CLIENT_ID = "0" * 24


class Answers:
    """A service that gives prepared answers and keeps what it was told."""

    def __init__(self, *answers: Mapping[str, Any]) -> None:
        self.answers = list(answers)
        self.told: list[Any] = []

    def get_sampling_rules(self, **arguments: str) -> Mapping[str, Any]:
        """Answer, and keep the page that is asked for."""
        self.told.append(arguments)
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]

    def get_sampling_targets(
        self,
        *,
        SamplingStatisticsDocuments: Sequence[Mapping[str, Any]],  # noqa: N803  as boto3 does
        **more: Sequence[Mapping[str, Any]],
    ) -> Mapping[str, Any]:
        """Answer, and keep the statistics."""
        self.told.append(SamplingStatisticsDocuments)
        if not self.answers:
            raise ConnectionError
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


def asked(name: str = "r", times: int = 3) -> CentralRule:
    """Return a rule that decided so often, at different seconds."""
    rule = CentralRule(Rule(name, 1, 0, 1))
    for now in range(times):
        rule.decide(now)
    return rule


def test_a_record_becomes_a_rule() -> None:
    """Every member that describes the rule has its place."""
    told = record(
        "orders",
        Priority=7,
        FixedRate=0.25,
        ReservoirSize=3,
        Host="h",
        HTTPMethod="m",
        URLPath="/p",
        ServiceName="s",
        ServiceType="t",
        ResourceARN="arn",
        Attributes={"k": "v"},
        SamplingRateBoost={"MaxRate": 1},
    )
    rule = Rule("orders", 7, 0.25, 3, "h", "m", "/p", "s", "t", "arn", {"k": "v"}, BoostLimit(1, 0))

    assert [rule] == fetch_rules(Answers({"SamplingRuleRecords": [told]}))


@pytest.mark.parametrize(
    "change",
    [
        {"Version": 2},
        {"Version": None},
        {"RuleName": ""},
        {"Host": None},
        {"ServiceType": ""},
        {"FixedRate": "0.5"},
        {"FixedRate": None},
        {"ReservoirSize": True},
        {"Attributes": ["x"]},
        {"Attributes": {"x": 1}},
    ],
)
def test_a_rule_that_is_not_understood_is_left_out(change: dict[str, Any]) -> None:
    """The others are used all the same."""
    odd = record()
    odd["SamplingRule"].update(change)

    rules = fetch_rules(Answers({"SamplingRuleRecords": [odd, None, {}, record("good")]}))

    assert ["good"] == [rule.name for rule in rules]


def test_all_pages_are_read() -> None:
    """A token leads to the next page, until there is none."""
    service = Answers(
        {"SamplingRuleRecords": [record("a")], "NextToken": "2"},
        {"SamplingRuleRecords": [record("b")], "NextToken": None},
    )

    assert ["a", "b"] == [rule.name for rule in fetch_rules(service)]
    assert [{}, {"NextToken": "2"}] == service.told


def test_endless_pages_end() -> None:
    """A service that always has another page does not keep us for ever."""
    service = Answers({"SamplingRuleRecords": [], "NextToken": "again"})

    assert [] == fetch_rules(service)
    assert len(service.told) <= 101


def test_statistics_are_told_and_targets_read() -> None:
    """Each rule is one document, and its answer says what to do from now on."""
    target = {"RuleName": "a", "FixedRate": 0.1, "Interval": 20, "ReservoirQuota": 5}
    answer = {
        "SamplingTargetDocuments": [{**target, "ReservoirQuotaTTL": 1300.5}, {"RuleName": "b"}],
        "LastRuleModification": 1200.0,
    }
    service = Answers(answer)
    told = report(service, [asked("a"), asked("b", 0)], CLIENT_ID, 1000.9)

    assert Report({"a": Target(0.1, 5, 1300.5, 20), "b": Target()}, 1200) == told
    common = {"ClientID": CLIENT_ID, "Timestamp": 1000}
    counted = {"RequestCount": 3, "BorrowCount": 3, "SampledCount": 0}
    nothing = dict.fromkeys(counted, 0)
    assert [
        [{"RuleName": "a", **common, **counted}, {"RuleName": "b", **common, **nothing}]
    ] == service.told


def test_no_more_than_25_are_told_at_once() -> None:
    """That is as many as the operation takes; an account has 25 rules and Default."""
    service = Answers({"LastRuleModification": 5}, {"LastRuleModification": 4})
    told = report(service, [asked(str(number)) for number in range(26)], CLIENT_ID, 1000)

    assert [25, 1] == list(map(len, service.told))
    assert 5 == told.modified


def test_what_did_not_get_through_is_told_the_next_time() -> None:
    """A failed report loses no request, also of those that come in the meantime."""
    rule = asked()
    with pytest.raises(ConnectionError):
        report(Answers(), [rule], CLIENT_ID, 1000)
    rule.decide(5000)

    assert Counts(4, 4, 0) == rule.statistics.counts


@pytest.mark.parametrize(("code", "kept"), [("500", 3), ("503", 3), ("400", 0), (None, 0)])
def test_what_xray_could_not_take_is_told_again(code: str | None, kept: int) -> None:
    """When the fault was X-Ray's; statistics of a rule that was deleted are forgotten."""
    rule = asked()
    answer = {"UnprocessedStatistics": [{"RuleName": "r", "ErrorCode": code}]}
    report(Answers(answer), [rule], CLIENT_ID, 1000)

    assert kept == rule.statistics.counts.requests


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (1000.5, 1000.5),
        (datetime.fromtimestamp(1000, timezone.utc), 1000),
        ("soon", None),
        (True, None),
        (None, None),
    ],
)
def test_times(value: object, expected: float | None) -> None:
    """X-Ray's JSON has seconds, boto3 has datetimes; what is neither is no time."""
    assert expected == seconds(value)


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "SamplingRuleRecords",
                    "SamplingRule",
                    "RuleName",
                    "SamplingTargetDocuments",
                    "LastRuleModification",
                    "UnprocessedStatistics",
                    "ReservoirQuotaTTL",
                    "NextToken",
                ]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=15,
)


@given(st.dictionaries(st.sampled_from(["SamplingRuleRecords", "NextToken", "x"]), JSON))
def test_any_answer_about_rules_is_read(answer: dict[str, Any]) -> None:
    """Whatever shape it has, it gives rules or none."""
    assert all(isinstance(rule, Rule) for rule in fetch_rules(Answers(answer)))


@given(
    st.dictionaries(
        st.sampled_from(
            ["SamplingTargetDocuments", "LastRuleModification", "UnprocessedStatistics"]
        ),
        JSON,
    )
)
def test_any_answer_about_targets_is_read(answer: dict[str, Any]) -> None:
    """Whatever shape it has, it gives targets or none."""
    told = report(Answers(answer), [asked()], CLIENT_ID, 1000)

    assert all(isinstance(target, Target) for target in told.targets.values())
