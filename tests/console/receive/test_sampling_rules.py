from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from otel_xray.console.receive.sampling_reports import Ends, Statistic, ends, statistics
from otel_xray.console.receive.sampling_rules import (
    DEFAULT,
    BoostLimit,
    InvalidRequest,
    SamplingRule,
    kept_rule,
    new_rule,
    rule_name,
    updated,
)

RULE: dict[str, Any] = {
    "RuleName": "checkout",
    "ResourceARN": "*",
    "Priority": 1,
    "FixedRate": 1.0,
    "ReservoirSize": 10,
    "ServiceName": "*",
    "ServiceType": "*",
    "Host": "*",
    "HTTPMethod": "POST",
    "URLPath": "/checkout*",
    "Version": 1,
    "Attributes": {"tier": "gold"},
    "SamplingRateBoost": {"MaxRate": 0.5, "CooldownWindowMinutes": 3},
}
ARN = "arn:aws:xray:eu-west-1:123456789012:sampling-rule/checkout"
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=40),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
)


def test_a_rule_is_kept_as_it_is_described() -> None:
    """What goes in comes out, with its ARN; and once more after it was kept."""
    rule = new_rule({"SamplingRule": RULE})
    document = rule.document()

    assert RULE == {name: document[name] for name in RULE}
    assert document["RuleARN"].endswith(":sampling-rule/checkout")
    assert rule == kept_rule(document)
    assert SamplingRule(DEFAULT) == kept_rule(SamplingRule(DEFAULT).document())


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"RuleName": ""}, "Write either RuleName or RuleARN"),
        ({"RuleARN": ARN}, "Write either RuleName or RuleARN"),
        ({"RuleName": 7}, "RuleName is 7; it must be a text"),
        ({"RuleName": "r" * 33}, "1 to 32 characters"),
        ({"RuleName": None, "RuleARN": "arn:other"}, "RuleARN is 'arn:other'; it is no"),
        ({"Priority": 0}, "Priority is 0; it must be a whole number from 1 to 9999"),
        ({"Priority": 10000}, "Priority is 10000"),
        ({"Priority": True}, "Priority is True"),
        ({"Priority": None}, "SamplingRule has no Priority"),
        ({"FixedRate": 1.1}, "FixedRate is 1.1; it must be a number from 0 to 1"),
        ({"FixedRate": float("nan")}, "FixedRate is nan"),
        ({"ReservoirSize": -1}, "ReservoirSize is -1"),
        ({"ReservoirSize": 1.5}, "ReservoirSize is 1.5"),
        ({"Host": "h" * 65}, "Host is 'hhh"),
        ({"HTTPMethod": "m" * 11}, "HTTPMethod is"),
        ({"URLPath": "p" * 129}, "URLPath is"),
        ({"ResourceARN": "a" * 501}, "ResourceARN is"),
        ({"Attributes": {"k": ""}}, "Attributes is"),
        ({"Attributes": []}, r"Attributes is \[\]"),
        ({"Version": 2}, "Version is 2; it must be 1"),
        ({"SamplingRateBoost": {"MaxRate": 2, "CooldownWindowMinutes": 1}}, "SamplingRateBoost"),
        ({"SamplingRateBoost": 1}, "SamplingRateBoost is 1"),
    ],
)
def test_what_cannot_be_is_refused(change: dict[str, Any], message: str) -> None:
    """The message quotes the value and says what it may be."""
    with pytest.raises(InvalidRequest, match=message) as raised:
        new_rule({"SamplingRule": {**RULE, **change}})
    assert len(str(raised.value)) < 300


def test_an_update_changes_what_it_names() -> None:
    """Everything else stays, but a boost that is not repeated ends."""
    rule = updated(new_rule({"SamplingRule": RULE}), {"FixedRate": 0.25, "URLPath": "/x"})

    assert (0.25, "/x", 1, None) == (rule.rate, rule.path, rule.priority, rule.boost)
    assert BoostLimit(0.1, 0) == (
        updated(rule, {"SamplingRateBoost": {"MaxRate": 0.1, "CooldownWindowMinutes": 0}}).boost
    )


def test_of_the_default_rule_only_rate_and_reservoir_change() -> None:
    """It is for everything, after all others."""
    default = SamplingRule(DEFAULT)

    changed = updated(default, {"FixedRate": 0.5, "ReservoirSize": 7})
    assert (0.5, 7) == (changed.rate, changed.reservoir)
    with pytest.raises(InvalidRequest, match="Priority of the Default rule cannot be changed"):
        updated(default, {"Priority": 5})


def test_a_rule_is_named_or_its_arn_is() -> None:
    """Never both, and not neither."""
    assert "checkout" == rule_name({"RuleARN": ARN}) == rule_name({"RuleName": "checkout"})


def test_reports_are_read_as_clients_write_them() -> None:
    """AWS's distribution says SampleCount, and times that are no whole numbers."""
    ours = {"RuleName": "r", "ClientID": "c", "RequestCount": 3, "BorrowCount": 1}
    body = {
        "SamplingStatisticsDocuments": [
            {**ours, "SampledCount": 2},
            {**ours, "SampleCount": 2, "Timestamp": 1.5, "ServiceName": "s"},
            {"RuleName": "r"},
            {**ours, "RequestCount": -1},
            7,
        ],
        "SamplingBoostStatisticsDocuments": [
            {"RuleName": "r", "TotalCount": 5, "AnomalyCount": 2, "SampledAnomalyCount": 1}
        ],
    }

    whole = Statistic("r", "c", 3, 1, 2)
    assert [whole, whole, Statistic("r", "", 0, 0, 0), Statistic("r", "c", 0, 1, 0)] == statistics(
        body
    )
    assert [Ends("r", 5, 2, 1)] == ends(body)


@given(st.dictionaries(st.sampled_from([*RULE, "RuleARN"]), JSON), JSON)
def test_any_request_is_read_or_refused(rule: dict[str, Any], reports: Any) -> None:
    """Whatever JSON it is."""
    for body in ({"SamplingRule": rule}, {"SamplingRule": {**RULE, **rule}}):
        try:
            new_rule(body)
        except InvalidRequest:
            continue
    statistics({"SamplingStatisticsDocuments": reports})
    ends({"SamplingBoostStatisticsDocuments": [reports]})
