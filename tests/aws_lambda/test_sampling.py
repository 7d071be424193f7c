"""X-Ray's rules in a function, behind the real runtime client."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.aws_lambda.conftest import Run
from tests.aws_lambda.receivers import Collector
from tests.sampling.service_double import SamplingServer, record, serving

pytestmark = pytest.mark.slow

CODE = """
    import threading
    import otel_xray

    def handler(event, context):
        names = [thread.name for thread in threading.enumerate()]
        return [name for name in names if "sampling" in name]
"""
RULE = "aws.xray.sampling_rule_name"


@pytest.fixture
def xray() -> Iterator[SamplingServer]:
    """Serve X-Ray's two operations for sampling."""
    with serving() as running:
        running.records = [record("all", Priority=1, FixedRate=1)]
        yield running


def variables(xray: SamplingServer, otlp: Collector) -> dict[str, str]:
    """Return the variables of a function that samples by X-Ray's rules."""
    return {
        "OTEL_EXPORTER_OTLP_ENDPOINT": otlp.endpoint,
        "OTEL_TRACES_SAMPLER": "xray",
        "AWS_XRAY_DAEMON_ADDRESS": f"127.0.0.1:{xray.server_port}",
        "OTEL_XRAY_LAMBDA_PHASES": "false",
    }


def test_rules_are_asked_for_between_invocations(
    run: Run, otlp: Collector, xray: SamplingServer
) -> None:
    """Behind the first one rules are fetched, behind the second is reported; without a thread."""
    with run(CODE, variables(xray, otlp)) as function:
        outcomes = [function.invoke("42", trace="") for _ in range(2)]
        otlp.names(2)

    assert [[], []] == [outcome.value for outcome in outcomes]
    assert ["/GetSamplingRules", "/SamplingTargets"] == [path for path, _, _ in xray.asked]
    assert [None, "all"] == [span.attributes.get(RULE) for span in otlp.spans]


def test_a_service_that_hangs_costs_the_runtime_its_budget(
    run: Run, otlp: Collector, xray: SamplingServer
) -> None:
    """No answer waits for it, and it is said once."""
    xray.delay = 30
    with run(CODE, {**variables(xray, otlp), "OTEL_XRAY_FLUSH_TIMEOUT": "300"}) as function:
        outcomes = [function.invoke("42", trace="") for _ in range(2)]

    assert ["success", "success"] == [outcome.status for outcome in outcomes]
    assert ["/GetSamplingRules"] == [path for path, _, _ in xray.asked]
