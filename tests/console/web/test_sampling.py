"""X-Ray's sampling operations, without sockets and by a clock that is set."""

from __future__ import annotations

import gzip
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.types import ASGIApp

from otel_xray.console.receive.sampling_rules import InvalidRequest
from otel_xray.console.store.sampling import SamplingStore
from otel_xray.console.web.sampling_service import MOST_RULES, SamplingService
from tests.console.receive.test_sampling_rules import RULE
from tests.console.web.asgi import ask

NOW = 1_764_028_805.0
CLIENTS = [letter * 24 for letter in "abc"]


class Service(SamplingService):
    """
    The service, with a clock.

    Attributes:
        now: what the clock shows.
    """

    def __init__(self, store: SamplingStore | None = None) -> None:
        self.now = NOW
        super().__init__(store or SamplingStore(), lambda: self.now)

    def create(self, **changes: Any) -> Any:
        """Make a rule."""
        return self.answer("/CreateSamplingRule", {"SamplingRule": {**RULE, **changes}})

    def names(self) -> list[str]:
        """Return the names of the rules, as they are told."""
        records = self.answer("/GetSamplingRules", {})["SamplingRuleRecords"]
        return [record["SamplingRule"]["RuleName"] for record in records]

    def report(self, client: str, rule: str = "checkout", requests: int = 1, **ends: int) -> Any:
        """Report a rule."""
        document = {
            "RuleName": rule,
            "ClientID": client,
            "Timestamp": 5,
            "RequestCount": requests,
            "SampledCount": 0,
            "BorrowCount": 1,
        }
        body: dict[str, Any] = {"SamplingStatisticsDocuments": [document]}
        if ends:
            body["SamplingBoostStatisticsDocuments"] = [{"RuleName": rule, **ends}]
        return self.answer("/SamplingTargets", body)

    def quota(self, client: str, requests: int = 1000) -> int:
        """Return what a client gets that reports the rule."""
        (target,) = self.report(client, requests=requests)["SamplingTargetDocuments"]
        quota: int = target["ReservoirQuota"]
        return quota


def test_a_new_console_has_the_default_rule() -> None:
    """One a second and a twentieth, of everything, after all others."""
    (record,) = Service().answer("/GetSamplingRules", {})["SamplingRuleRecords"]
    rule = record["SamplingRule"]

    assert ("Default", 10000, 0.05, 1) == tuple(
        rule[name] for name in ("RuleName", "Priority", "FixedRate", "ReservoirSize")
    )
    assert {"*"} == {
        rule[name]
        for name in ("Host", "HTTPMethod", "URLPath", "ServiceName", "ServiceType", "ResourceARN")
    }
    assert ({}, 1, 0.0) == (rule["Attributes"], rule["Version"], record["CreatedAt"])


def test_rules_are_told_by_name_the_default_one_last() -> None:
    """On one page."""
    service = Service()
    for name in ("b", "a", "z"):
        made = service.create(RuleName=name)["SamplingRuleRecord"]

    assert ["a", "b", "z", "Default"] == service.names()
    assert (NOW, NOW) == (made["CreatedAt"], made["ModifiedAt"])


def test_a_reservoir_is_shared_by_the_clients_that_report() -> None:
    """Two get 5 and 5 of 10, three 4, 3 and 3; together never more than there is."""
    service = Service()
    service.create()
    assert 10 == service.quota(CLIENTS[1])
    assert [5, 5] == [service.quota(client) for client in CLIENTS[:2]]
    service.quota(CLIENTS[2])

    service.now += 10
    assert [4, 3, 3] == [service.quota(client, 10_000) for client in CLIENTS]


def test_a_silent_client_hands_its_share_on() -> None:
    """After thirty seconds; it gets one again when it reports again."""
    service = Service()
    service.create()
    for client in CLIENTS[:2]:
        service.quota(client)
    service.now += 30
    assert 5 == service.quota(CLIENTS[0])
    service.now += 1
    assert 10 == service.quota(CLIENTS[0])
    assert 5 == service.quota(CLIENTS[1])


def test_a_clock_that_is_set_back_keeps_no_client() -> None:
    """What reported in the future reports no more."""
    service = Service()
    service.create()
    service.quota(CLIENTS[0])
    service.now -= 3600

    assert 10 == service.quota(CLIENTS[1])


def test_a_target_says_all() -> None:
    """A quota for five minutes, the rate, and to come again in ten seconds."""
    service = Service()
    service.create()
    answer = service.report(CLIENTS[0])

    expected = {
        "RuleName": "checkout",
        "FixedRate": 1.0,
        "ReservoirQuota": 10,
        "ReservoirQuotaTTL": NOW + 300,
        "Interval": 10,
    }
    assert [expected] == answer["SamplingTargetDocuments"]
    assert ([], []) == (answer["UnprocessedStatistics"], answer["UnprocessedBoostStatistics"])
    assert NOW == answer["LastRuleModification"]


def test_a_deleted_rule_is_unknown() -> None:
    """Clients are told so, and that the rules have changed."""
    service = Service()
    service.create()
    service.now += 60
    gone = service.answer("/DeleteSamplingRule", {"RuleName": "checkout"})
    answer = service.report(CLIENTS[0], TotalCount=1)

    assert "checkout" == gone["SamplingRuleRecord"]["SamplingRule"]["RuleName"]
    unknown = {"RuleName": "checkout", "ErrorCode": "400", "Message": "Unknown rule"}
    assert [unknown] == answer["UnprocessedStatistics"] == answer["UnprocessedBoostStatistics"]
    assert ([], NOW + 60) == (answer["SamplingTargetDocuments"], answer["LastRuleModification"])
    assert ["Default"] == service.names()


def test_statistics_of_all_clients_are_summed_up() -> None:
    """In windows of ten seconds."""
    service = Service()
    for client in CLIENTS[:2]:
        service.report(client, "Default", 3)
    service.now += 10
    service.report(CLIENTS[0], "Default", 4)

    def window(start: float, requests: int, borrowed: int) -> dict[str, Any]:
        counts = {"RequestCount": requests, "BorrowCount": borrowed, "SampledCount": 0}
        return {"RuleName": "Default", "Timestamp": start, **counts}

    summaries = service.answer("/SamplingStatisticSummaries", {})["SamplingStatisticSummaries"]
    assert [window(NOW - 5, 6, 2), window(NOW + 5, 4, 1)] == summaries


def refused(service: Service, path: str, **body: Any) -> tuple[str, str]:
    """Return kind and message of a refusal."""
    with pytest.raises(InvalidRequest) as raised:
        service.answer(path, body)
    return raised.value.kind, str(raised.value)


def test_there_are_twenty_five_rules_at_most() -> None:
    """Beside the default one."""
    service = Service()
    for number in range(MOST_RULES):
        service.create(RuleName=f"r{number}")

    kind, message = refused(service, "/CreateSamplingRule", SamplingRule=RULE)
    assert "RuleLimitExceededException" == kind
    assert "25 sampling rules" in message


@pytest.mark.parametrize(
    ("path", "body", "message"),
    [
        ("/CreateSamplingRule", {}, "SamplingRule is None"),
        ("/CreateSamplingRule", {"SamplingRule": {**RULE, "RuleName": "Default"}}, "exists"),
        ("/CreateSamplingRule", {"SamplingRule": RULE}, "'checkout' exists already"),
        ("/UpdateSamplingRule", {"SamplingRuleUpdate": {"RuleName": "no"}}, "no sampling rule"),
        (
            "/UpdateSamplingRule",
            {"SamplingRuleUpdate": {"RuleName": "Default", "Priority": 5}},
            "Priority of the Default rule",
        ),
        ("/DeleteSamplingRule", {"RuleName": "Default"}, "cannot be deleted"),
        ("/DeleteSamplingRule", {"RuleName": "no"}, "no sampling rule 'no'"),
        ("/DeleteSamplingRule", {}, "either RuleName or RuleARN"),
    ],
)
def test_requests_are_refused(path: str, body: dict[str, Any], message: str) -> None:
    """As invalid, with a reason."""
    service = Service()
    service.create()

    kind, found = refused(service, path, **body)
    assert "InvalidRequestException" == kind
    assert message in found


def test_the_default_rule_can_be_changed() -> None:
    """Its rate and its reservoir; it then has a time of change."""
    service = Service()
    told = {"RuleName": "Default", "FixedRate": 0.5, "ReservoirSize": 3}
    record = service.answer("/UpdateSamplingRule", {"SamplingRuleUpdate": told})[
        "SamplingRuleRecord"
    ]

    assert (0.0, NOW) == (record["CreatedAt"], record["ModifiedAt"])
    assert (0.5, 3, 10000) == tuple(
        record["SamplingRule"][name] for name in ("FixedRate", "ReservoirSize", "Priority")
    )
    assert NOW == service.report(CLIENTS[0], "Default")["LastRuleModification"]


def boost(service: Service, **ends: int) -> Any:
    """Report how traces ended, and return the boost that is answered."""
    (target,) = service.report(CLIENTS[0], "checkout", 1, **ends)["SamplingTargetDocuments"]
    return target.get("SamplingBoost")


def test_missed_faults_boost_a_rule_for_a_minute() -> None:
    """To the highest rate that it allows, and again only after its cooldown."""
    service = Service()
    service.create(SamplingRateBoost={"MaxRate": 0.5, "CooldownWindowMinutes": 3})

    assert boost(service, TotalCount=9, AnomalyCount=2, SampledAnomalyCount=2) is None
    expected = {"BoostRate": 0.5, "BoostRateTTL": NOW + 60}
    assert expected == boost(service, TotalCount=9, AnomalyCount=2, SampledAnomalyCount=1)
    service.now += 59
    assert expected == boost(service)
    service.now += 1
    assert boost(service, AnomalyCount=1) is None
    service.now += 120
    assert {"BoostRate": 0.5, "BoostRateTTL": NOW + 240} == boost(service, AnomalyCount=1)


def test_a_rule_without_boost_is_never_boosted() -> None:
    """Whatever is reported."""
    service = Service()
    service.create(SamplingRateBoost=None)

    assert boost(service, TotalCount=9, AnomalyCount=9) is None


@pytest.mark.parametrize("body", [b"", b" ", b"{}", b'{"New": 1}'])
def test_an_empty_body_is_answered(app: ASGIApp, body: bytes) -> None:
    """Unsigned, without a type, with a slash at the end or not."""
    for path in ("/GetSamplingRules", "/GetSamplingRules/", "/SamplingTargets"):
        assert 200 == ask(app, path, method="POST", body=[body]).status


def test_compressed_bodies_are_read(app: ASGIApp) -> None:
    """Whoever compresses says so."""
    body = gzip.compress(json.dumps({"SamplingRule": RULE}).encode())
    headers = {"content-encoding": "gzip"}
    answer = ask(app, "/CreateSamplingRule", method="POST", body=[body], headers=headers)

    assert "checkout" == answer.json["SamplingRuleRecord"]["SamplingRule"]["RuleName"]


@pytest.mark.parametrize(
    ("body", "headers", "message"),
    [
        (b"<xml>", {}, "no JSON"),
        (b"[" * 100_000, {}, "no JSON"),
        (b"[]", {}, "must be a JSON object"),
        (b"no gzip", {"content-encoding": "gzip"}, "not gzip"),
        (b" " * (17 << 20), {}, "exceeds"),
    ],
)
def test_what_is_no_request_is_refused(
    app: ASGIApp, body: bytes, headers: dict[str, str], message: str
) -> None:
    """In X-Ray's shape: a header names the exception, the body has the message."""
    answer = ask(app, "/GetSamplingRules", method="POST", body=[body], headers=headers)

    assert (400, "InvalidRequestException") == (answer.status, answer.headers["x-amzn-errortype"])
    assert message in answer.json["Message"]


@given(
    st.recursive(
        st.none() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(["SamplingStatisticsDocuments", "RuleName", "ClientID"]), inner
            )
        ),
    )
)
def test_any_report_is_answered(told: Any) -> None:
    """Whatever JSON it is."""
    body = told if isinstance(told, dict) else {"SamplingStatisticsDocuments": told}

    assert "SamplingTargetDocuments" in Service().answer("/SamplingTargets", body)
