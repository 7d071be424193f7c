"""Sampling by a running console, as boto3 and unsigned clients see it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from otel_xray.console.server import ConsoleServer, ConsoleSettings
from tests.console.receive.test_sampling_rules import RULE

pytestmark = pytest.mark.slow

CLIENT = "a" * 24


@pytest.fixture
def settings(tmp_path: Path) -> ConsoleSettings:
    """Return settings with free ports and an empty database."""
    return ConsoleSettings(tmp_path / "console.db", port=0, otlp_port=0)


def client(url: str) -> Any:
    """Return boto3's client of the console."""
    return boto3.client(
        "xray",
        endpoint_url=url,
        region_name="eu-west-1",
        aws_access_key_id="nobody",
        aws_secret_access_key="checks it",
        config=Config(retries={"total_max_attempts": 1}),
    )


def report(**counts: int) -> dict[str, Any]:
    """Return a report of the rule."""
    none = {"RequestCount": 0, "SampledCount": 0, "BorrowCount": 0}
    return {"RuleName": "checkout", "ClientID": CLIENT, "Timestamp": 1, **none, **counts}


def test_boto3_works_on_either_port(settings: ConsoleSettings) -> None:
    """Every operation's answer is parsed; both ports are the same service."""
    with ConsoleServer(settings) as server:
        one, other = client(server.url), client(server.otlp_url.removesuffix("/v1/traces"))
        made = one.create_sampling_rule(SamplingRule=RULE)["SamplingRuleRecord"]
        changed = other.update_sampling_rule(
            SamplingRuleUpdate={"RuleARN": made["SamplingRule"]["RuleARN"], "FixedRate": 0.5}
        )["SamplingRuleRecord"]["SamplingRule"]
        rules = other.get_paginator("get_sampling_rules").paginate().build_full_result()
        answer = one.get_sampling_targets(
            SamplingStatisticsDocuments=[report(RequestCount=7)],
            SamplingBoostStatisticsDocuments=[
                {
                    "RuleName": "gone",
                    "ServiceName": "s",
                    "Timestamp": 1,
                    "TotalCount": 1,
                    "AnomalyCount": 1,
                    "SampledAnomalyCount": 0,
                }
            ],
        )
        summaries = other.get_sampling_statistic_summaries()["SamplingStatisticSummaries"]
        gone = other.delete_sampling_rule(RuleName="checkout")["SamplingRuleRecord"]

        assert (0.5, "checkout") == (changed["FixedRate"], gone["SamplingRule"]["RuleName"])
        assert ["checkout", "Default"] == [
            record["SamplingRule"]["RuleName"] for record in rules["SamplingRuleRecords"]
        ]
        (target,) = answer["SamplingTargetDocuments"]
        assert 10 == target["ReservoirQuota"]
        assert target["ReservoirQuotaTTL"] > made["CreatedAt"]
        assert "Unknown rule" == answer["UnprocessedBoostStatistics"][0]["Message"]
        assert [7] == [summary["RequestCount"] for summary in summaries]


def test_boto3_raises_what_x_ray_refuses(settings: ConsoleSettings) -> None:
    """The exceptions have X-Ray's names."""
    with ConsoleServer(settings) as server:
        xray = client(server.url)
        with pytest.raises(xray.exceptions.InvalidRequestException, match="Default rule"):
            xray.update_sampling_rule(SamplingRuleUpdate={"RuleName": "Default", "Priority": 5})
        for number in range(25):
            xray.create_sampling_rule(SamplingRule={**RULE, "RuleName": f"r{number}"})
        with pytest.raises(ClientError) as raised:
            xray.create_sampling_rule(SamplingRule=RULE)

        assert "RuleLimitExceededException" == raised.value.response["Error"]["Code"]
        assert 400 == raised.value.response["ResponseMetadata"]["HTTPStatusCode"]


def test_rules_and_statistics_survive_a_restart(settings: ConsoleSettings) -> None:
    """They are in the console's database."""
    with ConsoleServer(settings) as server:
        client(server.url).create_sampling_rule(SamplingRule=RULE)
        client(server.url).get_sampling_targets(
            SamplingStatisticsDocuments=[report(RequestCount=7)]
        )
    with ConsoleServer(settings) as server:
        xray = client(server.url)
        rules = xray.get_sampling_rules()["SamplingRuleRecords"]
        summaries = xray.get_sampling_statistic_summaries()["SamplingStatisticSummaries"]

        assert RULE == {name: rules[0]["SamplingRule"][name] for name in RULE}
        assert [("checkout", 7)] == [(one["RuleName"], one["RequestCount"]) for one in summaries]
