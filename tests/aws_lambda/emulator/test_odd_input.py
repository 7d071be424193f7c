"""Events of any shape, malformed headers, a missing environment: the handler runs all the same."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.aws_lambda.emulator.conftest import Functions
from tests.aws_lambda.emulator.emulated import Emulated
from tests.aws_lambda.emulator.programs import CURRENT, ECHO, HEADER, TRACE, is_of_handler
from tests.aws_lambda.emulator.receivers import Collector

pytestmark = pytest.mark.slow

EVENTS: list[Any] = [
    None,
    True,
    0,
    -1.5,
    1e300,
    "",
    "text",
    [],
    [[]],
    [None, {"Records": []}],
    {},
    {"": ""},
    {"Records": None},
    {"Records": {}},
    {"Records": [None]},
    {"Records": [{"eventSource": "aws:sqs"}]},
    {"Records": [{"eventSource": 5, "EventSource": ["aws:sns"]}]},
    {"Records": [{"eventSource": "aws:sqs", "messageAttributes": 7, "attributes": "x"}]},
    {"Records": [{"EventSource": "aws:sns", "Sns": None}]},
    {"Records": [{"eventSource": "aws:dynamodb", "dynamodb": []}]},
    {"httpMethod": "GET"},
    {"httpMethod": 5, "headers": [], "requestContext": ""},
    {"headers": {"traceparent": 5, "X-Amzn-Trace-Id": None}},
    {"headers": {"traceparent": "00-zz", "x-amzn-trace-id": "Root=;;="}},
    {"version": "2.0", "routeKey": None, "requestContext": {"http": "GET"}},
    {"source": "aws.events", "detail-type": 5, "detail": None},
    {"awslogs": {"data": "no base64"}},
    {"requestContext": {"elb": {}, "connectionId": 7, "stage": []}},
    {"deep": [[[[[[[[[[{"a": 1}]]]]]]]]]]},
]
HEADERS = [
    "",
    ";",
    "=",
    "Root",
    "Root=",
    "Root=1",
    "Root=1-zz-zz;Parent=zz;Sampled=9",
    "Root=1-00000000-000000000000000000000000;Parent=0000000000000000;Sampled=1",
    f"Root=1-{TRACE[:8]}-{TRACE[8:]};Parent=;Sampled=",
    f"Root=1-{TRACE[:8]}-{TRACE[8:]};Parent=53995c3f42cd8ad8;Sampled=?",
    f"Root=1-{TRACE[:8]}-{TRACE[8:]};Root=1-{TRACE[:8]}-{TRACE[8:]}",
    f"Root=1-{TRACE[:8]}-{TRACE[8:]};Parent=53995c3f42cd8ad8;Sampled=1;A=b=c;Lineage",
    "Parent=53995c3f42cd8ad8;Sampled=1",
    "x" * 5000,
]
# Variables that a function may find missing or strange; LAMBDA_TASK_ROOT the runtime itself needs.
MISSING = {
    "AWS_LAMBDA_FUNCTION_NAME": "",
    "AWS_LAMBDA_FUNCTION_VERSION": "",
    "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "much",
    "AWS_LAMBDA_INITIALIZATION_TYPE": "",
    "AWS_LAMBDA_LOG_GROUP_NAME": "",
    "AWS_LAMBDA_LOG_STREAM_NAME": "",
    "AWS_REGION": "",
    "AWS_DEFAULT_REGION": "",
    "TZ": "",
}
STRANGE = {
    "OTEL_XRAY_FLUSH_TIMEOUT": "soon",
    "OTEL_TRACES_EXPORTER": "nowhere",
}
UNSET = """
import os
for name in list(os.environ):
    if name.startswith("AWS_") and name != "AWS_LAMBDA_RUNTIME_API":
        del os.environ[name]
"""


def test_events_of_any_shape(functions: Functions, collector: Collector) -> None:
    """Whatever an event is, the handler gets it unchanged, and has a span."""
    with functions.traced(ECHO, variables=collector.variables) as function:
        answered = [function.invoke(event, trace=HEADER) for event in EVENTS]
        log = function.log
        function.wait_until_idle()

    assert EVENTS == answered
    assert "otel_xray" not in log
    assert len(EVENTS) == sum(is_of_handler(span) for span in collector.items)


def test_event_that_is_no_json(functions: Functions, collector: Collector) -> None:
    """An event that the runtime cannot read is the runtime's error, the same as without us."""
    told = []
    for run in (functions.plain, functions.traced):
        with run(ECHO, variables=collector.variables) as function:
            answer = function.invoke(b"{not json")
            del answer["requestId"]
            told.append(answer)

    assert "Runtime.UnmarshalError" == told[0]["errorType"]
    assert told[0] == told[1]


def test_malformed_headers(functions: Functions, collector: Collector) -> None:
    """A tracing header that cannot be read is nobody's error, and the handler has a span."""
    with functions.traced(CURRENT, variables=collector.variables) as function:
        current = [function.invoke({}, trace=header) for header in HEADERS]
        log = function.log
        function.wait_until_idle()

    assert all(trace != "0" * 32 for trace, _ in current)
    assert "Traceback" not in log
    assert len(HEADERS) == sum(is_of_handler(span) for span in collector.items)


def test_malformed_client_context(functions: Functions, collector: Collector) -> None:
    """What a client says of itself may be anything."""
    contexts: list[Any] = [
        {},
        {"custom": None},
        {"custom": {"traceparent": 7}},
        {"w3c": 5},
        {"w3c": {"traceparent": None}},
        {"client": [], "env": 3},
    ]
    written = []
    for run in (functions.plain, functions.traced):
        with run(ECHO, variables=collector.variables) as function:
            written.append([_answer(function, context) for context in contexts])

    assert written[0] == written[1]


def _answer(function: Emulated, context: Any) -> Any:
    answer = function.invoke({"a": 1}, trace=HEADER, client_context=context)
    answer.pop("requestId", None)
    return answer


@pytest.mark.parametrize("variables", [MISSING, STRANGE], ids=["missing", "strange"])
def test_variables_that_say_nothing(
    functions: Functions, collector: Collector, variables: dict[str, str]
) -> None:
    """A function whose variables are empty or wrong runs as if we were not there."""
    with functions.traced(ECHO, variables={**collector.variables, **variables}) as function:
        assert {"a": 1} == function.invoke({"a": 1}, trace=HEADER)
        assert {"a": 2} == function.invoke({"a": 2})
        assert "Traceback" not in function.log


def test_variables_that_the_function_takes_away(functions: Functions, collector: Collector) -> None:
    """A function that clears its environment still runs, and is traced."""
    with functions.traced(UNSET + ECHO, variables=collector.variables) as function:
        assert {"a": 1} == function.invoke({"a": 1}, trace=HEADER)
        span = collector.wait_for(is_of_handler)

    assert TRACE == span.trace_id


def test_nothing_is_written(functions: Functions, collector: Collector) -> None:
    """The file system is read-only, and /tmp is the function's own: there is nothing of ours."""
    with functions.traced(ECHO, variables=collector.variables) as function:
        function.invoke(trace=HEADER)
        function.wait_until_idle()

        assert [] == list(function.tmp.iterdir())


def test_a_warning_is_one_line(functions: Functions) -> None:
    """A value that cannot be used is quoted once, in one line of the function's log."""
    with functions.traced(ECHO, variables=STRANGE) as function:
        for number in range(3):
            assert number == function.invoke(number, trace=HEADER)
        said = [line for line in function.log.splitlines() if "nowhere" in line or "soon" in line]

    assert 1 == len(said), json.dumps(said)
