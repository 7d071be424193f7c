"""A collector that does not work: how long a caller waits, and what becomes of the spans."""

from __future__ import annotations

import contextlib
import re
import statistics
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass

import pytest

from tests.aws_lambda.emulator import broken, receivers
from tests.aws_lambda.emulator.conftest import Functions
from tests.aws_lambda.emulator.emulated import Emulated
from tests.aws_lambda.emulator.programs import ECHO, HEADER

pytestmark = pytest.mark.slow

BUDGET = 0.5  # seconds, what OTEL_XRAY_FLUSH_TIMEOUT says in these tests
BUSY = 0.5  # what a machine that does other work may add to each of a test's measurements
INVOCATIONS = 4
COLD_START = "faas.coldstart"


@dataclass(frozen=True, slots=True)
class Times:
    """
    How long the invocations of a function take, in seconds.

    Attributes:
        answer: from handing out an event to its answer; of the one in the middle.
        rest: from the answer to the request for more work; of the shortest one.
    """

    answer: float
    rest: float


BROKEN = [broken.hung, broken.refused, broken.killed, broken.unreachable]


@pytest.fixture(scope="module")
def plain(functions: Functions) -> Times:
    """Measure the function without us."""
    with functions.plain(ECHO) as function:
        return _times(function)


@pytest.mark.parametrize("collector", BROKEN, ids=lambda collector: collector.__name__)
def test_collector_that_does_not_work(
    functions: Functions, plain: Times, collector: Callable[[], AbstractContextManager[str]]
) -> None:
    """The answer does not wait for it, and the next invocation no longer than the budget."""
    with collector() as address:
        times = _traced(functions, receivers.endpoint(address))

    assert times.answer - plain.answer < BUDGET / 2
    assert times.rest < BUDGET + BUSY


def test_slow_name_server(functions: Functions, plain: Times) -> None:
    """A name that nobody resolves costs no more than the budget either."""
    with contextlib.ExitStack() as stack:
        try:
            nameserver = stack.enter_context(broken.silent_nameserver())
        except PermissionError:
            pytest.skip("the port of a name server is reserved for root here")
        endpoint = receivers.endpoint("collector.example.com:4318")
        times = _traced(functions, endpoint, nameserver)

    assert times.answer - plain.answer < BUDGET / 2
    assert times.rest < BUDGET + BUSY


def test_broken_collector_is_worth_one_line(functions: Functions) -> None:
    """The log of the function says it once at most, not for each invocation."""
    with (
        broken.refused() as address,
        functions.traced(ECHO, variables=_variables(receivers.endpoint(address))) as function,
    ):
        for _ in range(INVOCATIONS):
            function.invoke(trace=HEADER)
            function.wait_until_idle()
        log = function.log

    said = [
        line for line in log.splitlines() if re.search(r"\[(ERROR|WARNING)\](?! \(rapid\))", line)
    ]
    assert len(said) <= 1, said
    assert "Traceback" not in log


def test_what_could_not_be_sent_is_sent_later(functions: Functions) -> None:
    """A collector that comes back gets what it has missed."""
    with receivers.collector() as collector:
        address = collector.address
    variables = _variables(receivers.endpoint(address))
    with functions.traced(ECHO, variables=variables) as function:
        function.invoke(1, trace=HEADER)
        function.wait_until_idle()
        with receivers.collector(collector.port) as again:
            function.invoke(2, trace=HEADER)
            again.wait_for(lambda span: span.attributes.get(COLD_START) is True)
            again.wait_for(lambda span: span.attributes.get(COLD_START) is False)


def test_daemon_that_is_not_there(functions: Functions, plain: Times) -> None:
    """It costs nothing: datagrams get no answer."""
    with broken.refused() as address:
        times = _traced(functions, {"AWS_XRAY_DAEMON_ADDRESS": address})

    assert times.answer - plain.answer < BUDGET / 2
    assert times.rest < BUDGET / 2 + BUSY


def test_budget_leaves_time_for_the_invocation(functions: Functions) -> None:
    """A budget that is longer than the function may take does not make an invocation time out."""
    with broken.hung() as address:
        variables = {
            **receivers.endpoint(address),
            "OTEL_XRAY_FLUSH_TIMEOUT": "60000",
            "AWS_LAMBDA_FUNCTION_TIMEOUT": "4",
        }
        with functions.traced(ECHO, variables=variables) as function:
            for number in range(2):
                assert number == function.invoke(number, trace=HEADER)
                function.wait_until_idle()

            assert "timed out" not in function.log.lower()


def _variables(endpoint: Mapping[str, str]) -> dict[str, str]:
    return {**endpoint, "OTEL_XRAY_FLUSH_TIMEOUT": str(int(BUDGET * 1000))}


def _traced(
    functions: Functions, endpoint: Mapping[str, str], nameserver: str | None = None
) -> Times:
    variables = _variables(endpoint)
    with functions.traced(ECHO, variables=variables, nameserver=nameserver) as function:
        return _times(function)


def _times(function: Emulated) -> Times:
    for _ in range(INVOCATIONS):
        function.invoke(trace=HEADER)
        function.wait_until_idle()
    return Times(statistics.median(function.durations), min(function.gaps))
