"""The local Lambda service, driven by boto3, with the real runtime client in real processes."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from otel_xray.demo.lambda_service.function import Function
from otel_xray.demo.lambda_service.service import LambdaService
from otel_xray.errors import TransportError
from otel_xray.model import header
from tests.demo.lambda_service.conftest import Segments

Create = Callable[..., Function]

pytestmark = pytest.mark.slow

SHOW_HEADER = """
    import os
    def handler(event, context):
        return os.environ.get("_X_AMZN_TRACE_ID")
"""
SHOW_ENVIRONMENT = """
    import os
    def handler(event, context):
        return {**os.environ, "cwd": os.getcwd(), "arn": context.invoked_function_arn,
                "request": context.aws_request_id, "left": context.get_remaining_time_in_millis()}
"""
MISBEHAVE = """
    import os, time
    def handler(event, context):
        if event == "raise":
            raise ValueError("no such thing")
        if event == "exit":
            os._exit(3)
        if event == "kill":
            os.kill(os.getpid(), 9)
        if event == "sleep":
            time.sleep(60)
        return event
"""
COUNT = """
    calls = []
    def handler(event, context):
        calls.append(event)
        return len(calls)
"""


def invoke(client: Any, event: Any = None, name: str = "f", **more: Any) -> dict[str, Any]:
    """Invoke a function and return boto3's answer, the payload read."""
    reply = client.invoke(FunctionName=name, Payload=json.dumps(event).encode(), **more)
    payload = reply["Payload"].read()
    return {**reply, "Payload": json.loads(payload) if payload else None}


def names(segment: Any) -> list[str]:
    """Return the names of a segment's subsegments."""
    return [subsegment["name"] for subsegment in segment["subsegments"]]


def add_header(client: Any, text: str) -> None:
    """Send a tracing header with every invocation."""
    client.meta.events.register(
        "before-call", lambda params, **_: params["headers"].update({"X-Amzn-Trace-Id": text})
    )


def test_the_answer_is_the_handlers(client: Any, create: Create) -> None:
    """What the handler returns is the payload of the answer, without a function error."""
    create()
    reply = invoke(client, {"item": "71032 ✓"})
    assert reply["Payload"] == {"item": "71032 ✓"}
    assert (reply["StatusCode"], reply["ExecutedVersion"]) == (200, "$LATEST")
    assert "FunctionError" not in reply


def test_the_environment_is_lambdas(
    client: Any, create: Create, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A function starts with Lambda's variables and its own, and without the developer's."""
    monkeypatch.setenv("AWS_PROFILE", "the-developers")
    function = create(SHOW_ENVIRONMENT, environment={"OWN": "1"}, memory=512, timeout=5)
    reply = invoke(client)
    seen = reply["Payload"]
    assert seen["AWS_LAMBDA_FUNCTION_NAME"] == "f"
    assert seen["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"] == "512"
    assert seen["_HANDLER"] == "f.handler"
    assert seen["LAMBDA_TASK_ROOT"] == seen["cwd"] == str(function.task_root)
    assert seen["OWN"] == "1"
    assert seen["arn"] == function.arn
    assert seen["request"] == reply["ResponseMetadata"]["RequestId"]
    assert 0 < seen["left"] <= 5000
    assert "AWS_PROFILE" not in seen


def test_a_cold_start_has_initialization(client: Any, create: Create, segments: Segments) -> None:
    """The first invocation has Initialization, Invocation and Overhead, the next one not the first.

    Initialization covers what the module does when it is imported.
    """
    create("import time\ntime.sleep(0.2)\ndef handler(event, context):\n    return 1")
    invoke(client)
    invoke(client)
    cold, warm = segments.function(0), segments.function(1)
    assert names(cold) == ["Initialization", "Invocation", "Overhead"]
    assert names(warm) == ["Invocation", "Overhead"]
    initialization, invocation, overhead = cold["subsegments"]
    assert initialization["end_time"] - initialization["start_time"] > 0.2
    assert initialization["end_time"] <= invocation["start_time"]
    assert invocation["end_time"] == overhead["start_time"] <= overhead["end_time"]
    assert cold["start_time"] == initialization["start_time"]
    assert cold["end_time"] == overhead["end_time"]


def test_segments_hang_together(client: Any, create: Create, segments: Segments) -> None:
    """The way down: caller's subsegment, AWS::Lambda, AWS::Lambda::Function, handler."""
    create(SHOW_HEADER)
    add_header(client, "Root=1-6b064d34-a45b05ade8b61d5ac8cb355a;Parent=46da6f4878284a4b;Sampled=1")
    reply = invoke(client)
    service, function = segments.wait(2)
    passed = header.parse(reply["Payload"])
    assert service["parent_id"] == "46da6f4878284a4b"
    assert function["parent_id"] == service["id"]
    assert passed.parent is not None
    assert f"{passed.parent:016x}" == function["id"]
    assert service["trace_id"] == function["trace_id"] == "1-6b064d34-a45b05ade8b61d5ac8cb355a"
    assert (service["origin"], function["origin"]) == ("AWS::Lambda", "AWS::Lambda::Function")
    assert service["name"] == function["name"] == "f"
    assert service["http"] == {"response": {"status": 200}}
    assert function["aws"]["request_id"] == reply["ResponseMetadata"]["RequestId"]
    assert "fault" not in function


@pytest.mark.parametrize("text", ["", "Sampled=1", "Root=1-zz;Parent=1", "Root=nonsense"])
def test_without_a_usable_header_a_trace_begins(
    client: Any, create: Create, segments: Segments, text: str
) -> None:
    """A call without a usable tracing header begins a sampled trace of its own."""
    create(SHOW_HEADER)
    add_header(client, text)
    passed = header.parse(invoke(client)["Payload"])
    service, _ = segments.wait(2)
    assert passed.sampled is True
    assert passed.root is not None
    assert "parent_id" not in service


def test_an_unsampled_call_leaves_no_segments(
    client: Any, create: Create, segments: Segments
) -> None:
    """Sampled=0 reaches the function, and Lambda records nothing."""
    create(SHOW_HEADER)
    add_header(client, "Root=1-6b064d34-a45b05ade8b61d5ac8cb355a;Parent=46da6f4878284a4b;Sampled=0")
    assert "Sampled=0" in invoke(client)["Payload"]
    invoke(client)
    assert segments.documents == []


def test_lineage_counts_the_loop(client: Any, create: Create) -> None:
    """Lineage starts at the function, counts requests, and counts a loop when it comes back."""
    create(SHOW_HEADER)
    first = header.parse(invoke(client)["Payload"]).fields["Lineage"]
    counter, function, loops = first.split(":")
    assert (counter, len(function), loops) == ("1", 8, "0")
    root = "Root=1-6b064d34-a45b05ade8b61d5ac8cb355a;Parent=46da6f4878284a4b;Sampled=1;Other=x"
    add_header(client, f"{root};Lineage={first}")
    again = header.parse(invoke(client)["Payload"]).fields
    assert again["Lineage"] == f"2:{function}:1"
    assert again["Other"] == "x"


def test_an_exception_is_a_fault(client: Any, create: Create, segments: Segments) -> None:
    """An exception of the handler is answered as a function error and is the segment's cause."""
    create(MISBEHAVE)
    reply = invoke(client, "raise")
    assert reply["FunctionError"] == "Unhandled"
    assert reply["Payload"]["errorType"] == "ValueError"
    segment: Any = segments.function()
    invocation = segment["subsegments"][1]
    (exception,) = segment["cause"]["exceptions"]
    assert segment["fault"] is invocation["fault"] is True
    assert (exception["type"], exception["message"]) == ("ValueError", "no such thing")
    assert exception["stack"][0]["label"] == "handler"
    assert len(exception["id"]) == 16


def test_the_environment_survives_an_exception(client: Any, create: Create) -> None:
    """After an exception the same process takes the next event."""
    create(COUNT.replace("return", "if event: raise KeyError(event)\n        return"))
    invoke(client, "x")
    assert invoke(client)["Payload"] == 2


@pytest.mark.parametrize(
    ("event", "reason"), [("exit", "exit status 3"), ("kill", "exit signal 9")]
)
def test_a_crash_is_answered(
    client: Any, create: Create, segments: Segments, event: str, reason: str
) -> None:
    """When the process dies the caller gets Runtime.ExitError, and the next call a new process."""
    create(MISBEHAVE)
    reply = invoke(client, event)
    assert reply["FunctionError"] == "Unhandled"
    assert reply["Payload"]["errorType"] == "Runtime.ExitError"
    assert reason in reply["Payload"]["errorMessage"]
    assert names(segments.function(0)) == ["Initialization", "Invocation"]
    assert segments.function(0)["fault"] is True
    assert invoke(client, "fine")["Payload"] == "fine"
    assert names(segments.function(1))[0] == "Initialization"


def test_a_timeout_is_answered(client: Any, create: Create, segments: Segments) -> None:
    """A handler that takes too long is ended and answered for; the next call gets a new process."""
    create(MISBEHAVE, timeout=0.5)
    begun = time.monotonic()
    reply = invoke(client, "sleep")
    assert time.monotonic() - begun < 10
    assert reply["Payload"]["errorType"] == "Sandbox.Timedout"
    assert "timed out after 0.50 seconds" in reply["Payload"]["errorMessage"]
    assert segments.function(0)["subsegments"][1]["fault"] is True
    assert invoke(client, "fine")["Payload"] == "fine"


@pytest.mark.parametrize("code", ["import nothing_of_this_name", "1 / 0", "def other(): ..."])
def test_a_function_that_cannot_start_is_answered(
    client: Any, create: Create, segments: Segments, code: str
) -> None:
    """An error while the module is imported is the answer, and a fault of Initialization."""
    create(code)
    reply = invoke(client)
    assert reply["FunctionError"] == "Unhandled"
    assert reply["Payload"]["errorType"]
    segment = segments.function()
    assert names(segment) == ["Initialization"]
    assert segment["subsegments"][0]["fault"] is True


def test_a_process_that_cannot_be_started_is_answered(
    client: Any, create: Create, service: LambdaService, write: Create, tmp_path: Path
) -> None:
    """A task root that is not there is answered as an error of the runtime."""
    function = write()
    service.create_function(Function("g", function.handler, tmp_path / "nowhere"))
    assert invoke(client, name="g")["Payload"]["errorType"] == "Runtime.StartError"


def test_a_process_that_died_between_invocations_is_replaced(client: Any, create: Create) -> None:
    """A runtime that has died while idle does not cost an invocation."""
    create(
        """
        import os, threading
        def handler(event, context):
            threading.Timer(0.1, os._exit, (0,)).start()
            return os.getpid()
        """
    )
    first = invoke(client)["Payload"]
    time.sleep(0.5)
    assert invoke(client)["Payload"] != first


def test_an_event_is_accepted_at_once(client: Any, create: Create, segments: Segments) -> None:
    """An invocation of type Event is answered with 202 before the function has run."""
    create("import time\ndef handler(event, context):\n    time.sleep(0.3)")
    begun = time.monotonic()
    reply = client.invoke(FunctionName="f", InvocationType="Event", Payload=b"{}")
    assert reply["StatusCode"] == 202
    assert time.monotonic() - begun < 0.3
    service, _ = segments.wait(2)
    assert service["http"] == {"response": {"status": 202}}


def test_invocations_take_turns(client: Any, create: Create) -> None:
    """Invocations at the same time are all answered, one after the other."""
    create(COUNT)
    with ThreadPoolExecutor(5) as pool:
        answers = list(pool.map(lambda _: invoke(client)["Payload"], range(5)))
    assert sorted(answers) == [1, 2, 3, 4, 5]


def test_an_unknown_function_is_not_found(client: Any) -> None:
    """Invoking what was not created raises ResourceNotFoundException, as AWS does."""
    with pytest.raises(ClientError) as caught:
        invoke(client, name="nobody")
    assert caught.value.response["Error"]["Code"] == "ResourceNotFoundException"


def test_an_unknown_invocation_type_is_refused(client: Any, create: Create) -> None:
    """An invocation type that the service has not is InvalidParameterValueException."""
    create()
    with pytest.raises(ClientError) as caught:
        invoke(client, InvocationType="DryRun")
    assert caught.value.response["Error"]["Code"] == "InvalidParameterValueException"


def test_closing_answers_whoever_waits(write: Create) -> None:
    """Closing the service ends a running handler at once and answers what was queued."""
    service = LambdaService(lambda _: None)
    service.create_function(write(MISBEHAVE))
    (invoker,) = service._invokers.values()
    with ThreadPoolExecutor(2) as pool:
        from otel_xray.demo.lambda_service import tracing
        from otel_xray.demo.lambda_service.function import Invocation

        caller = tracing.read(None)
        passed = tracing.for_function(caller, invoker.function)
        invocation = Invocation("1", b'"sleep"', caller, passed, time.time())
        running, queued = invoker.submit(invocation), invoker.submit(invocation)
        time.sleep(0.5)
        begun = time.monotonic()
        pool.submit(service.close).result(10)
    assert time.monotonic() - begun < 5
    assert running.result(0).failure is not None
    stopped = queued.result(0).failure
    assert stopped is not None
    assert stopped.type == "Service.ShutDown"


def test_a_lost_segment_does_not_stop_the_function(write: Create) -> None:
    """When segments cannot be sent the function goes on."""

    def lose(_: object) -> None:
        message = "nobody listens"
        raise TransportError(message)

    service = LambdaService(lose)
    try:
        service.create_function(write(COUNT))
        import boto3

        client = boto3.client(
            "lambda",
            endpoint_url=service.url,
            region_name="eu-west-1",
            aws_access_key_id="x",
            aws_secret_access_key="x",
        )
        invoke(client)
        assert invoke(client)["Payload"] == 2
    finally:
        service.close()
