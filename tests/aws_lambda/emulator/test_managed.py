"""Managed instances: workers are forked, and what they share must not be shared."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.aws_lambda.emulator.conftest import Functions
from tests.aws_lambda.emulator.programs import ECHO, HEADER, PARENT, TRACE, is_of_handler
from tests.aws_lambda.emulator.receivers import Collector

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("managed")]

# Both invocations are under way before either is answered, so they are in two workers.
MEETING = """
import os, time

def handler(event, context):
    open(f"/tmp/{event}", "w").close()
    while len(os.listdir("/tmp")) < 2:
        time.sleep(0.01)
    return os.getpid()
"""


def test_managed_instance(functions: Functions, collector: Collector) -> None:
    """Its invocations are traced as all others are, under the caller that the platform names."""
    with functions.traced(ECHO, variables=collector.variables, mode="managed") as function:
        for number in range(3):
            assert number == function.invoke(number, trace=HEADER)
        collector.wait_for(is_of_handler)

    served = [span for span in collector.items if is_of_handler(span)]
    assert {(TRACE, PARENT)} == {(span.trace_id, span.parent_id) for span in served}


def test_workers_have_their_own_spans(functions: Functions, collector: Collector) -> None:
    """Two forked workers send their spans with different ids, each from its own process."""
    variables = {**collector.variables, "AWS_LAMBDA_MAX_CONCURRENCY": "2"}
    with (
        functions.traced(MEETING, variables=variables, mode="managed") as function,
        ThreadPoolExecutor(2) as pool,
    ):
        workers = set(pool.map(function.invoke, ("one", "two")))
        spans: set[str] = set()
        while len(spans) < 2:
            seen = collector.wait_for(
                lambda span: is_of_handler(span) and span.span_id not in spans
            )
            spans.add(seen.span_id)

    assert 2 == len(workers)
    served = [span for span in collector.items if is_of_handler(span)]
    assert 2 == len({span.attributes["faas.invocation_id"] for span in served})
    assert len({span.trace_id for span in served}) == 2


def test_initialization_was_not_waited_for(functions: Functions, collector: Collector) -> None:
    """A managed instance starts before anybody calls: no cold start, and the phase is linked."""
    with functions.traced(ECHO, variables=collector.variables, mode="managed") as function:
        function.invoke(trace=HEADER)
        served = collector.wait_for(is_of_handler)
        begun = collector.wait_for(lambda span: span.name == "Initialization")

    assert served.attributes["faas.coldstart"] is False
    assert (begun.trace_id, begun.span_id) in served.links
    assert "lambda-managed-instances" == begun.attributes["aws.lambda.initialization_type"]


def test_figures_of_the_platform(functions: Functions, collector: Collector) -> None:
    """OTEL_XRAY_TELEMETRY_API=true attaches what the platform has measured to the invocation."""
    variables = {**collector.variables, "OTEL_XRAY_TELEMETRY_API": "true"}
    with functions.traced(ECHO, variables=variables, mode="managed") as function:
        for number in range(3):
            assert number == function.invoke(number, trace=HEADER)
        told = collector.wait_for(lambda span: "aws.lambda.status" in span.attributes)

    assert "success" == told.attributes["aws.lambda.status"]
    assert told.attributes["aws.lambda.duration"] > 0
