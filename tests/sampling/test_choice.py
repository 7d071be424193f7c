from __future__ import annotations

import os
from typing import Any

import pytest

from otel_xray import settings
from otel_xray.errors import ConfigurationError
from otel_xray.sampling import choice, signed
from otel_xray.sampling.choice import make, xray_sampler
from otel_xray.sampling.client import SamplingClient
from otel_xray.sampling.signed import SignedService
from otel_xray.setting_values import Address, Sampling
from tests.sampling.service_double import SamplingServer, record
from tests.sampling.test_poller import eventually
from tests.sampling.test_sampler import RULE, is_sampled, root

EVERYTHING = '{"version": 2, "default": {"fixed_target": 0, "rate": 1}}'


def decided(**variables: str) -> Sampling | None:
    """Return what variables decide."""
    return settings.sampling(variables)


@pytest.mark.parametrize("name", ["xray", "otel_xray", " XRay "])
def test_a_sampler_is_named(name: str) -> None:
    """By the variable of OpenTelemetry's SDK; X-Ray is asked through the daemon."""
    assert Sampling(central=True) == decided(OTEL_TRACES_SAMPLER=name)


@pytest.mark.parametrize(
    ("daemon", "expected"),
    [
        ("10.0.0.1:2000", Address("10.0.0.1", 2000)),
        ("udp:10.0.0.1:2000 tcp:10.0.0.2:3000", Address("10.0.0.2", 3000)),
    ],
)
def test_the_daemon_is_asked_at_its_tcp_port(daemon: str, expected: Address) -> None:
    """Where the X-Ray SDK asks it."""
    found = decided(OTEL_TRACES_SAMPLER="xray", AWS_XRAY_DAEMON_ADDRESS=daemon)

    assert found
    assert expected == found.daemon


def test_arguments_are_spelled_as_by_aws() -> None:
    """What is unknown is left out."""
    argument = "endpoint=http://localhost:2000,polling_interval=360,other=1"
    found = decided(OTEL_TRACES_SAMPLER="xray", OTEL_TRACES_SAMPLER_ARG=argument)

    assert Sampling(central=True, endpoint="http://localhost:2000", interval=360) == found


@pytest.mark.parametrize(
    ("argument", "message"),
    [
        ("endpoint=localhost", "write a URL"),
        ("polling_interval=9", "10 at least"),
        ("polling_interval=-1", "10 at least"),
        ("polling_interval=often", "10 at least"),
        ("polling_interval=" + "9" * 5000, "10 at least"),
    ],
)
def test_arguments_that_cannot_be_used_are_refused(argument: str, message: str) -> None:
    """With the variable and its value."""
    with pytest.raises(ConfigurationError, match=f"OTEL_TRACES_SAMPLER_ARG is .*{message}"):
        decided(OTEL_TRACES_SAMPLER="xray", OTEL_TRACES_SAMPLER_ARG=argument)


def test_local_rules_alone_decide() -> None:
    """Unless OpenTelemetry's SDK is told to decide otherwise; beside X-Ray's they are kept."""
    rules = {"OTEL_XRAY_SAMPLING_RULES": EVERYTHING}

    assert Sampling(EVERYTHING) == decided(**rules)
    assert decided(**rules, OTEL_TRACES_SAMPLER="always_on") is None
    assert Sampling(EVERYTHING, central=True) == decided(**rules, OTEL_TRACES_SAMPLER="xray")
    assert decided() is None


def service(endpoint: str) -> Any:
    """Return who is asked for an endpoint."""
    return make(Sampling(central=True, endpoint=endpoint), {}, 1.0)._service


@pytest.mark.parametrize(
    ("endpoint", "region"),
    [
        ("https://xray.eu-west-1.amazonaws.com", "eu-west-1"),
        ("https://xray-fips.us-east-1.amazonaws.com", "us-east-1"),
        ("https://xray.cn-north-1.amazonaws.com.cn", "cn-north-1"),
    ],
)
def test_x_rays_own_api_is_signed_for(endpoint: str, region: str) -> None:
    """For the region that its name says."""
    found = service(endpoint)

    assert isinstance(found, SignedService)
    assert (region, endpoint) == (found._region, found._endpoint)


@pytest.mark.parametrize("endpoint", ["", "http://localhost:2000", "https://proxy.example/xray"])
def test_others_sign_themselves(endpoint: str) -> None:
    """The daemon, and a collector's proxy."""
    assert isinstance(service(endpoint), SamplingClient)


def test_signing_needs_botocore(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without it, that is said at the start."""
    monkeypatch.setattr(signed, "find_spec", lambda _: None)

    with pytest.raises(ConfigurationError, match="pip install boto3"):
        service("aws")


@pytest.mark.slow
def test_signed_requests_are_botocores(
    server: SamplingServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It finds credentials and region by itself, and asks once."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "nobody")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "checks it")
    xray = SignedService("eu-west-1", f"http://127.0.0.1:{server.server_port}", timeout=5)
    rules = xray.get_sampling_rules()["SamplingRuleRecords"]
    document = {
        "RuleName": "Default",
        "ClientID": "0" * 24,
        "Timestamp": 1,
        "RequestCount": 1,
        "SampledCount": 0,
    }
    targets = xray.get_sampling_targets(SamplingStatisticsDocuments=[document])

    assert "Default" == rules[0]["SamplingRule"]["RuleName"]
    assert "Default" == targets["SamplingTargetDocuments"][0]["RuleName"]
    assert ["/GetSamplingRules", "/SamplingTargets"] == [path for path, _, _ in server.asked]
    for _, headers, _ in server.asked:
        assert "/eu-west-1/xray/aws4_request" in headers["Authorization"]


@pytest.mark.slow
def test_a_prefix_of_the_endpoint_is_kept(server: SamplingServer) -> None:
    """A proxy may stand behind a path."""
    server.answer = (200, b"{}")
    SamplingClient.to_url(f"http://127.0.0.1:{server.server_port}/xray/").get_sampling_rules()

    assert ["/xray/GetSamplingRules"] == [path for path, _, _ in server.asked]


@pytest.mark.slow
def test_https_is_spoken(server: SamplingServer) -> None:
    """Whoever does not answer so is an unreachable server."""
    client = SamplingClient.to_url(f"https://127.0.0.1:{server.server_port}", timeout=0.5)
    # the server waits for a request line that never comes
    with pytest.raises(Exception, match=r"cannot reach https://127\.0\.0\.1"):
        client.get_sampling_rules()


@pytest.mark.slow
def test_the_sampler_asks_where_its_argument_says(server: SamplingServer) -> None:
    """And takes name and type of the service from the environment."""
    server.records = [
        record("mine", Priority=1, FixedRate=1, ServiceName="shop"),
        record("Default", FixedRate=0, ReservoirSize=0),
    ]
    os.environ["OTEL_SERVICE_NAME"] = "shop"
    try:
        sampler = xray_sampler(f"endpoint=http://127.0.0.1:{server.server_port}")
    finally:
        del os.environ["OTEL_SERVICE_NAME"]
    eventually(lambda: is_sampled(sampler) and root(sampler).attributes.get(RULE))

    assert "mine" == root(sampler).attributes[RULE]


def test_in_lambda_nobody_waits_in_a_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where our lifecycle says when there is time; elsewhere there are threads."""
    monkeypatch.setattr(choice, "_LIFECYCLE", __name__)
    assert make(Sampling(), {}, 1.0)._threads
    monkeypatch.setenv("LAMBDA_TASK_ROOT", "/var/task")
    assert not make(Sampling(), {}, 1.0)._threads
    monkeypatch.setattr(choice, "_LIFECYCLE", "not.loaded")
    assert make(Sampling(), {}, 1.0)._threads
