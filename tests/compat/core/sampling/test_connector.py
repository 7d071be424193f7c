from __future__ import annotations

import gc
import warnings
from datetime import datetime, timezone
from typing import Any

import pytest

from otel_xray.errors import TransportError
from tests.compat.core.loading import core
from tests.sampling.service_double import SamplingServer, record

pytestmark = pytest.mark.slow


def connector(server: SamplingServer, port_type: type = int) -> Any:
    """Return a connector to *server*."""
    found = core("sampling.connector").ServiceConnector()
    found.setup_xray_client("127.0.0.1", port_type(server.server_port), None)
    return found


@pytest.mark.parametrize("port_type", [int, str])
def test_rules_come_from_the_daemon(alias: None, server: SamplingServer, port_type: type) -> None:
    """Each record is a rule with all its patterns."""
    patterns = {
        "Host": "h*",
        "HTTPMethod": "GET",
        "URLPath": "/p",
        "ServiceName": "s",
        "ServiceType": "t",
    }
    server.records = [record("r", Priority=3, FixedRate=0.5, ReservoirSize=0, **patterns)]

    (rule,) = connector(server, port_type).fetch_sampling_rules()

    assert "aws_xray_sdk.core.sampling.sampling_rule" == type(rule).__module__
    assert ("r", 3, 0.5, False) == (rule.name, rule.priority, rule.rate, rule.can_borrow)
    request = {"host": "h", "method": "GET", "path": "/p", "service": "s", "service_type": "t"}
    assert rule.match(request)
    assert not any(rule.match({**request, member: "x"}) for member in request)


def test_rules_that_this_sdk_cannot_follow_are_left_out(
    alias: None, server: SamplingServer
) -> None:
    """Those of another version, for a resource, for attributes, or without a type."""
    server.records = [
        record("version", Version=2),
        record("arn", ResourceARN="arn:*"),
        record("attributes", Attributes={"a": "b"}),
        record("type", ServiceType=""),
        record(),
    ]

    assert ["Default"] == [rule.name for rule in connector(server).fetch_sampling_rules()]


def test_a_broken_record_spoils_no_other(alias: None, server: SamplingServer) -> None:
    """Difference: the original raises KeyError, and no rule of the account is used."""
    broken = record("broken")
    del broken["SamplingRule"]["Host"]
    server.records = [broken, record()]

    assert ["Default"] == [rule.name for rule in connector(server).fetch_sampling_rules()]


@pytest.mark.parametrize("body", [b"", b"{}"])
def test_an_answer_without_anything_is_one(
    alias: None, server: SamplingServer, body: bytes
) -> None:
    """Difference: the original raises KeyError."""
    server.answer = (200, body)
    found = connector(server)

    assert [] == found.fetch_sampling_rules()
    assert ({}, 0) == found.fetch_sampling_target([core_rule()])


def core_rule() -> Any:
    """Return a rule that was asked once."""
    rule = core("sampling.sampling_rule").SamplingRule("Default", 1, 0, 1)
    rule.increment_request_count()
    rule.increment_borrow_count()
    return rule


def test_statistics_are_reported(alias: None, server: SamplingServer) -> None:
    """One document a rule; the answer says rate, quota, its end, and the interval."""
    server.quota, server.modified = 4, 1200.7
    found = connector(server)
    targets, modified = found.fetch_sampling_target([core_rule()])
    found.fetch_sampling_target([core_rule()])

    (report, again) = server.reports
    assert {"RuleName": "Default", "RequestCount": 1, "BorrowCount": 1, "SampledCount": 0} == {
        key: value for key, value in report.items() if key not in ("ClientID", "Timestamp")
    }
    assert 24 == len(report["ClientID"])
    assert report["ClientID"] == again["ClientID"] == f"{int(report['ClientID'], 16):024x}"
    assert 1200 == modified
    assert {"rate": 0, "quota": 4, "interval": 10} == {
        key: value for key, value in targets["Default"].items() if key != "TTL"
    }
    assert int is type(targets["Default"]["TTL"])


def test_two_connectors_are_two_clients(alias: None, server: SamplingServer) -> None:
    """X-Ray shares quotas between clients by their ids."""
    for _ in range(2):
        connector(server).fetch_sampling_target([core_rule()])

    assert 2 == len({report["ClientID"] for report in server.reports})


def test_a_failed_report_loses_nothing(alias: None, server: SamplingServer) -> None:
    """Difference: the original has reset the counters by then, and X-Ray never hears of them."""
    rule = core_rule()
    server.answer = (500, b"")
    with pytest.raises(TransportError, match="answered 500"):
        connector(server).fetch_sampling_target([rule])

    assert (1, 1, 0) == (rule.request_count, rule.borrow_count, rule.sampled_count)


class Botocore:
    """What botocore's client answers, with its types."""

    def get_sampling_rules(self) -> dict[str, Any]:
        """Return the default rule."""
        return {"SamplingRuleRecords": [record()]}

    def get_sampling_targets(self, **arguments: Any) -> dict[str, Any]:
        """Return a target for each document."""
        ttl = datetime.fromtimestamp(2000, timezone.utc)
        return {
            "LastRuleModification": datetime.fromtimestamp(1000, timezone.utc),
            "SamplingTargetDocuments": [
                {
                    "RuleName": document["RuleName"],
                    "FixedRate": 0.5,
                    "ReservoirQuota": 3,
                    "ReservoirQuotaTTL": ttl,
                }
                for document in arguments["SamplingStatisticsDocuments"]
            ],
        }


def test_a_client_of_the_applications_own_asks(alias: None) -> None:
    """It has botocore's methods, and answers with datetimes."""
    found = core("sampling.connector").ServiceConnector()
    found.setup_xray_client("unused", 1, Botocore())

    assert ["Default"] == [rule.name for rule in found.fetch_sampling_rules()]
    assert (
        {"Default": {"rate": 0.5, "quota": 3, "TTL": 2000, "interval": None}},
        1000,
    ) == found.fetch_sampling_target([core_rule()])


def test_botocores_client_asks(alias: None, server: SamplingServer) -> None:
    """The real one, unsigned, as the original makes it."""
    import botocore.session
    from botocore import UNSIGNED
    from botocore.config import Config

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        client = botocore.session.get_session().create_client(
            "xray",
            endpoint_url=f"http://127.0.0.1:{server.server_port}",
            region_name="us-west-2",
            config=Config(signature_version=UNSIGNED),
        )
        server.quota = 4
        found = core("sampling.connector").ServiceConnector()
        found.setup_xray_client("unused", 1, client)
        (rule,) = found.fetch_sampling_rules()
        targets, _ = found.fetch_sampling_target([core_rule()])
        client.close()
        del client, found
        gc.collect()

    assert "Default" == rule.name
    assert 4 == targets["Default"]["quota"]


class Context:
    """A context that remembers what was current."""

    def __init__(self) -> None:
        self.seen: list[Any] = []

    def set_trace_entity(self, entity: Any) -> None:
        """Remember."""
        self.seen.append(entity)

    def clear_trace_entities(self) -> None:
        """Remember."""
        self.seen.append(None)


@pytest.mark.parametrize("status", [200, 500])
def test_polling_is_not_recorded(alias: None, server: SamplingServer, status: int) -> None:
    """
    While X-Ray is asked, a segment that is not sampled is current, whatever is patched.

    Difference: the original leaves it there when the answer is an error.
    """
    server.answer = (status, b"")
    found = connector(server)
    found.context = Context()
    try:
        found.fetch_sampling_rules()
    except TransportError:
        assert 500 == status

    dummy, after = found.context.seen
    assert "DummySegment" == type(dummy).__name__
    assert None is after


def test_its_context_is_the_recorders_own_kind(alias: None) -> None:
    """Until a recorder is configured, it has one of its own."""
    assert "Context" == type(core("sampling.connector").ServiceConnector().context).__name__
