"""The control plane that other tests stand on: it does what Lambda does."""

from __future__ import annotations

import time
from http import HTTPStatus
from pathlib import Path

import pytest

from otel_xray.demo.lambda_service.endpoint import Reply
from tests.aws_lambda.control_plane import environment, write
from tests.aws_lambda.control_plane.events import Event

pytestmark = pytest.mark.slow

ECHO = """
    import os

    def handler(event, context):
        if event == "fail":
            raise ValueError(event)
        if event == "exit":
            os._exit(3)
        if event == "trace":
            return os.environ.get("_X_AMZN_TRACE_ID")
        if event == "context":
            custom = context.client_context and context.client_context.custom
            left = context.get_remaining_time_in_millis()
            return [custom, left, context.aws_request_id, context.invoked_function_arn]
        if event == "variables":
            return dict(os.environ)
        return event
"""
TICKING = """
    import threading, time

    count = 0

    def tick():
        global count
        while True:
            count += 1
            time.sleep(0.002)

    threading.Thread(target=tick, daemon=True).start()

    def handler(event, context):
        return count
"""
SLOW = """
    import time

    def handler(event, context):
        time.sleep(event)
"""
SIGNALLED = """
    import os, signal

    def stop(number, frame):
        print("terminated", flush=True)
        os._exit(0)  # sys.exit would wait for the thread that polls

    signal.signal(signal.SIGTERM, stop)

    def handler(event, context):
        return event
"""
DEAF = """
    import signal

    signal.signal(signal.SIGTERM, signal.SIG_IGN)

    def handler(event, context):
        return event
"""
# A runtime that polls in a thread, so that the main one sees signals while it is idle.
POLLS = {"AWS_EXECUTION_ENV": "AWS_Lambda_python3.13"}
EXTENSION = """
    import http.client, http.server, json, os, threading, time

    seen = []

    class Listener(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            seen.extend(json.loads(body))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *words):
            pass

    def call(method, path, body=None, **headers):
        connection = http.client.HTTPConnection(os.environ["AWS_LAMBDA_RUNTIME_API"])
        connection.request(method, path, body and json.dumps(body), headers)
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read().decode()

    def register(events):
        return call(
            "POST", "/2020-01-01/extension/register", {"events": events},
            **{"Lambda-Extension-Name": "probe"},
        )

    def loop(identifier):
        while True:
            status, _, body = call(
                "GET", "/2020-01-01/extension/event/next",
                **{"Lambda-Extension-Identifier": identifier},
            )
            if status != 200:
                return
            seen.append(json.loads(body))

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Listener)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    refused = register(["INVOKE", "SHUTDOWN"])[0]
    status, headers, _ = register(json.loads(os.environ.get("EVENTS", '["INVOKE"]')))
    identifier = headers["Lambda-Extension-Identifier"]
    subscribed = call(
        "PUT", "/2022-07-01/telemetry",
        {
            "schemaVersion": os.environ.get("SCHEMA", "2022-12-13"),
            "types": ["platform"],
            "buffering": {"maxItems": 1000, "maxBytes": 262144, "timeoutMs": 25},
            "destination": {
                "protocol": "HTTP", "URI": f"http://sandbox.localdomain:{server.server_port}"
            },
        },
        **{"Lambda-Extension-Identifier": identifier},
    )[::2]
    threading.Thread(target=loop, args=(identifier,), daemon=True).start()

    calls = 0

    def handler(event, context):
        global calls
        calls += 1
        while len([e for e in seen if e.get("eventType")]) < calls * bool(os.environ.get("WAIT")):
            time.sleep(0.001)
        if event == "late":
            return register([])[0]
        if event == "subscribed":
            return [refused, status, *subscribed]
        return seen
"""


def test_an_invocation_has_an_outcome(tmp_path: Path) -> None:
    """What the handler returns, and how long it took, comes back; times are in order."""
    with environment(write(tmp_path, ECHO)) as function:
        outcome = function.invoke({"a": 1})

    assert ({"a": 1}, "success", None) == (outcome.value, outcome.status, outcome.error)
    assert outcome.latency > 0
    assert outcome.overhead > 0


def test_an_error_is_told_with_its_cause(tmp_path: Path) -> None:
    """A handler that raises is an error, with the header for X-Ray, and the next call works."""
    with environment(write(tmp_path, ECHO)) as function:
        failed, fine = function.invoke("fail"), function.invoke(2)

    assert failed.error is not None
    assert ("error", "ValueError", 2) == (failed.status, failed.error["errorType"], fine.value)
    assert "exceptions" in failed.cause


@pytest.mark.parametrize("trace", ["Root=1-5759e988-bd862e3fe1be46a994272793;x=y", "?", None])
def test_the_tracing_header_goes_through_as_it_is(tmp_path: Path, trace: str | None) -> None:
    """Any header, and none, reaches the function's environment untouched."""
    with environment(write(tmp_path, ECHO)) as function:
        assert trace == function.invoke("trace", trace=trace).value


def test_the_context_says_what_the_headers_say(tmp_path: Path) -> None:
    """Client context, deadline, request id and function reach the handler's context."""
    with environment(write(tmp_path, ECHO)) as function:
        outcome = function.invoke("context", client_context={"custom": {"a": "b"}}, deadline=5)

    custom, left, request_id, arn = outcome.value
    assert ({"a": "b"}, outcome.request_id) == (custom, request_id)
    assert 0 < left <= 5000
    assert arn.endswith(":function:f")


def test_a_process_that_ends_is_a_failure_and_is_replaced(tmp_path: Path) -> None:
    """A crash fails its invocation; the next one runs in a process that starts inside it."""
    with environment(write(tmp_path, ECHO)) as function:
        crashed, next_one = function.invoke("exit"), function.invoke(1)
        _, start = _kinds(function.telemetry.pending, "initStart")

    assert crashed.error is not None
    assert ("failure", "Runtime.ExitError") == (crashed.status, crashed.error["errorType"])
    assert (1, "invoke") == (next_one.value, start["record"]["phase"])


def test_an_invocation_that_takes_too_long_is_ended(tmp_path: Path) -> None:
    """A time-out is an outcome of its own, and the environment is started again."""
    with environment(write(tmp_path, SLOW)) as function:
        assert "timeout" == function.invoke(30, deadline=0.3).status
        assert "success" == function.invoke(0).status


def test_a_handler_that_cannot_be_imported_fails_each_invocation(tmp_path: Path) -> None:
    """An error of the initialization is what each invocation gets, after another attempt."""
    with environment(write(tmp_path, "1 / 0")) as function:
        assert not function.wait_until_ready()
        outcome = function.invoke()

    assert outcome.error is not None
    assert ("error", "ZeroDivisionError") == (outcome.status, outcome.error["errorType"])


def test_nothing_runs_between_invocations(tmp_path: Path) -> None:
    """Threads stand still while the environment is frozen, and go on when it is thawed."""
    with environment(write(tmp_path, TICKING)) as function:
        before = function.invoke().value
        assert function.is_frozen
        time.sleep(0.3)
        after = function.invoke().value

    assert after - before < 100


def test_a_test_can_let_threads_run(tmp_path: Path) -> None:
    """Without freezing the same threads go on."""
    with environment(write(tmp_path, TICKING), freezes=False) as function:
        before = function.invoke().value
        assert not function.is_frozen
        while function.invoke().value < before + 50:
            time.sleep(0.01)


def test_without_an_extension_there_is_no_warning_before_the_end(tmp_path: Path) -> None:
    """A function without extensions is killed at once."""
    with environment(write(tmp_path, SIGNALLED), variables=POLLS) as function:
        function.invoke()
        ended = function.shutdown()

        assert (False, True, -9) == (ended.asked, ended.killed, ended.code)
        assert "terminated" not in function.log


def test_with_an_extension_the_process_is_asked_to_end(tmp_path: Path) -> None:
    """With an extension beside it the function gets SIGTERM, and may end by itself."""
    task = write(tmp_path, SIGNALLED)
    with environment(task, variables=POLLS, extension_grace=5.0) as function:
        function.invoke()
        ended = function.shutdown()

        assert (True, False, 0) == (ended.asked, ended.killed, ended.code)
        assert "terminated" in function.log


def test_a_process_that_does_not_listen_is_killed_after_its_grace(tmp_path: Path) -> None:
    """SIGTERM that is not answered within the grace is followed by SIGKILL."""
    task = write(tmp_path, DEAF)
    with environment(task, extension_grace=0.1) as function:
        function.invoke()
        ended = function.shutdown()

    assert (True, True, -9) == (ended.asked, ended.killed, ended.code)
    assert ended.seconds >= 0.1


def test_an_internal_extension_follows_the_rules(tmp_path: Path) -> None:
    """It may register for INVOKE, not for SHUTDOWN, subscribe, and only during the init."""
    with environment(write(tmp_path, EXTENSION)) as function:
        assert [403, 200, 200, '"OK"'] == function.invoke("subscribed").value
        assert 403 == function.invoke("late").value
        assert function.shutdown().asked


def test_telemetry_arrives_with_the_next_invocation(tmp_path: Path) -> None:
    """An invocation's figures come with the next one; the init's with the first."""
    with environment(write(tmp_path, EXTENSION), variables={"WAIT": "1"}) as function:
        first, second = function.invoke(), function.invoke()

    early, late = _names(first.value), _names(second.value)
    assert {"initStart", "initRuntimeDone", "initReport", "INVOKE"} <= early
    assert not {"runtimeDone", "report"} & early
    assert {"start", "runtimeDone", "report"} <= late
    (report,) = _kinds(second.value, "report")
    assert first.request_id == report["record"]["requestId"]
    metrics = report["record"]["metrics"]
    assert metrics["billedDurationMs"] >= metrics["durationMs"] > 0
    assert metrics["initDurationMs"] > 0
    assert 0 < metrics["maxMemoryUsedMB"] < 1000


def test_late_telemetry_waits_until_it_is_delivered(tmp_path: Path) -> None:
    """With late telemetry nothing arrives before the test says so."""
    task = write(tmp_path, EXTENSION)
    with environment(task, variables={"WAIT": "1"}, telemetry="late") as function:
        assert {"INVOKE"} == _names(function.invoke().value)
        assert function.deliver() > 5
        assert function.is_frozen
        assert "report" in _names(function.invoke().value)


@pytest.mark.parametrize("answer", [HTTPStatus.ACCEPTED, HTTPStatus.NOT_FOUND])
def test_a_subscription_can_be_refused(tmp_path: Path, answer: HTTPStatus) -> None:
    """The Telemetry API can be made to answer as where there is none."""
    with environment(write(tmp_path, EXTENSION), telemetry=Reply(answer, b"no")) as function:
        assert [403, 200, answer, "no"] == function.invoke("subscribed").value


def test_managed_instances_have_their_own_rules(tmp_path: Path) -> None:
    """There the newest schema is needed, an extension gets no events, reports carry the spans."""
    variables = {"SCHEMA": "2025-01-29", "EVENTS": "[]"}
    task = write(tmp_path, EXTENSION)
    kind = "lambda-managed-instances"
    with environment(task, variables=variables, initialization_type=kind) as function:
        assert [403, 200, 200, '"OK"'] == function.invoke("subscribed").value
        seen = function.invoke().value

    assert "runtimeDone" not in _names(seen)
    (report,) = _kinds(seen, "report")
    assert ["durationMs"] == list(report["record"]["metrics"])
    assert ["responseLatency", "responseDuration"] == [s["name"] for s in report["record"]["spans"]]


SNAPSHOT = """
    import time
    from snapshot_restore_py import register_after_restore, register_before_snapshot

    told = []
    register_before_snapshot(lambda: told.append("before"))
    register_after_restore(lambda: told.append("after"))

    def handler(event, context):
        import os
        return [told, "AWS_LAMBDA_LOG_STREAM_NAME" in os.environ]
"""


def test_a_snapshot_is_taken_and_restored(tmp_path: Path) -> None:
    """The hooks run around the snapshot, the platform tells of the restore, there is no stream."""
    task = write(tmp_path, SNAPSHOT)
    with environment(task, initialization_type="snap-start") as function:
        assert not function.wait_until_ready()
        assert function.is_frozen
        outcome = function.invoke()

    assert [["before", "after"], False] == outcome.value
    assert {"restoreStart", "restoreRuntimeDone", "restoreReport"} <= _names(
        function.telemetry.pending
    )


def _names(events: list[Event]) -> set[str]:
    return {event.get("eventType") or event["type"].partition(".")[2] for event in events}


def _kinds(events: list[Event], kind: str) -> list[Event]:
    return [event for event in events if event.get("type") == f"platform.{kind}"]
