"""What a traced function sends, seen by a daemon and a collector behind the real runtime client."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.aws_lambda.conftest import Run
from tests.aws_lambda.control_plane import environment
from tests.aws_lambda.receivers import Collector, Daemon, collector

pytestmark = pytest.mark.slow

TRACE = "1-5759e988-bd862e3fe1be46a994272793"
W3C_TRACE = TRACE[2:].replace("-", "")
SEGMENT = "53995c3f42cd8ad8"
HEADER = f"Root={TRACE};Parent={SEGMENT};Sampled=1;Lineage=25:a87bd80c:1"

CODE = """
    from opentelemetry import trace
    from otel_xray import Tracer

    tracer = Tracer(service="orders")

    def handler(event, context):
        tracer.put_annotation("orderId", event)
        with tracer.provider.in_subsegment("work"):
            if event == "raise":
                raise ValueError("no such order")
        return {"statusCode": 201} if event == "http" else object() if event == "odd" else "done"
"""


def test_for_xray_the_handler_is_a_part_of_lambdas_segment(run: Run, xray_daemon: Daemon) -> None:
    """It can be annotated, and what happens in it is inside it."""
    with run(CODE, {"AWS_XRAY_DAEMON_ADDRESS": xray_daemon.address}) as function:
        outcome = function.invoke("42", trace=HEADER)
        handler, work = xray_daemon.named("app.handler"), xray_daemon.named("work")

    assert ("success", "done") == (outcome.status, outcome.value)
    assert (SEGMENT, TRACE, "subsegment") == (
        handler["parent_id"],
        handler["trace_id"],
        handler["type"],
    )
    assert {"orderId": "42"} == handler["annotations"]
    assert handler["id"] == work["parent_id"]
    assert 2 == len(xray_daemon.documents)


def test_elsewhere_it_is_a_server_span_with_its_phases(run: Run, otlp: Collector) -> None:
    """Initialization, Invocation and Overhead are measured, and lie inside it."""
    with run(CODE, {"OTEL_EXPORTER_OTLP_ENDPOINT": otlp.endpoint}) as function:
        function.invoke("42", trace=HEADER)
        function.invoke("43", trace=HEADER.replace("5759", "5760"))
        otlp.names(8)

    cold, warm = (span for span in otlp.spans if span.name == "f")
    inside = {span.name: span for span in otlp.spans if span.parent_id == cold.span_id}
    assert {"Initialization", "Invocation", "Overhead", "work"} == inside.keys()
    assert cold.start == inside["Initialization"].start
    assert inside["Initialization"].end <= inside["Invocation"].start
    assert inside["Invocation"].start <= inside["work"].start < inside["work"].end
    assert inside["work"].end <= inside["Invocation"].end == inside["Overhead"].start
    assert inside["Overhead"].end <= cold.end
    assert (2, W3C_TRACE, SEGMENT) == (cold.kind, cold.trace_id, cold.parent_id)
    assert [True, False] == [span.attributes["faas.coldstart"] for span in (cold, warm)]
    assert ["Invocation", "Overhead", "work"] == sorted(
        span.name for span in otlp.spans if span.parent_id == warm.span_id
    )


def test_the_answer_does_not_wait_for_the_spans(run: Run, otlp: Collector) -> None:
    """They leave after it, and a collector that hangs costs the runtime no more than the budget."""
    otlp.gate.clear()
    variables = {"OTEL_EXPORTER_OTLP_ENDPOINT": otlp.endpoint, "OTEL_XRAY_FLUSH_TIMEOUT": "700"}
    with run(CODE, variables) as function:
        hung = function.invoke("42", trace=HEADER)
        otlp.gate.set()
        function.invoke("43", trace=HEADER)
        names = otlp.names(8)

    assert hung.latency is not None
    assert hung.overhead is not None
    assert hung.latency < 0.5
    assert 0.7 <= hung.overhead < 2
    assert 2 == names.count("f")


def test_a_connection_that_died_in_a_freeze_is_renewed(run: Run) -> None:
    """The collector is another process when the environment thaws; nothing is lost."""
    with collector() as before:
        port = before.server_port
        with run(CODE, {"OTEL_EXPORTER_OTLP_ENDPOINT": before.endpoint}) as function:
            function.invoke("42", trace=HEADER)
            first = before.names(5)
            before.stop()
            with collector(port) as after:
                function.invoke("43", trace=HEADER)
                second = after.names(4)

    assert ("f" in first, "f" in second) == (True, True)


def test_a_handler_that_raises_is_a_fault(run: Run, xray_daemon: Daemon) -> None:
    """The exception is recorded with the function's stack, in full once."""
    with run(CODE, {"AWS_XRAY_DAEMON_ADDRESS": xray_daemon.address}) as function:
        outcome = function.invoke("raise", trace=HEADER)
        handler, work = xray_daemon.named("app.handler"), xray_daemon.named("work")

    assert "error" == outcome.status
    assert handler["fault"] is work["fault"] is True
    (exception,) = work["cause"]["exceptions"]
    assert ("ValueError", "no such order") == (exception["type"], exception["message"])
    assert "otel_xray" not in str(exception["stack"])


@pytest.mark.parametrize("event", ["raise", "odd"])
def test_errors_are_reported_as_without_us(
    run: Run, tmp_path: Path, xray_daemon: Daemon, event: str
) -> None:
    """Type, message and stack that Lambda gets are those of the bare function."""
    variables = {"AWS_XRAY_DAEMON_ADDRESS": xray_daemon.address}
    with run(CODE, variables) as function:
        traced = function.invoke(event, trace=HEADER)
        handler = xray_daemon.named("app.handler")
    with environment(tmp_path, "app.handler", variables) as function:
        bare = function.invoke(event, trace=HEADER)

    assert _but_request(bare.error) == _but_request(traced.error)
    assert bare.cause == traced.cause
    assert handler["fault"] is True


BROKEN = {
    "raises": "def helper():\n    raise AttributeError('broken')\nhelper()",
    "imports what is not there": "import no_such_module",
    "is no Python": "def handler(event, context:\n    pass",
    "has no such function": "def other(event, context): pass",
    "exits": "import sys\nsys.exit(3)",
}


@pytest.mark.parametrize("code", BROKEN.values(), ids=BROKEN)
def test_code_that_cannot_be_loaded_fails_as_without_us(
    run: Run, tmp_path: Path, xray_daemon: Daemon, code: str
) -> None:
    """The error of the initialization is the function's own, and a span reports it."""
    variables = {"AWS_XRAY_DAEMON_ADDRESS": xray_daemon.address}
    with run(code, variables) as function:
        function.wait_until_ready()
        traced = function.init_error
    with environment(tmp_path, "app.handler", variables) as function:
        function.wait_until_ready()
        bare = function.init_error

    assert bare is not None
    assert bare == traced
    if "exit" not in code:
        initialization = xray_daemon.named("f")
        assert initialization["fault"] is True
        assert str(bare["errorMessage"]) in initialization["cause"]["exceptions"][0]["message"]


def test_what_is_passed_through_keeps_its_trace(run: Run, xray_daemon: Daemon) -> None:
    """Lambda names a trace and no segment: the handler is a segment of that trace."""
    with run(CODE, {"AWS_XRAY_DAEMON_ADDRESS": xray_daemon.address}) as function:
        function.invoke("42", trace=f"Root={TRACE};Lineage=25:a87bd80c:1")
        handler, work = xray_daemon.named("f"), xray_daemon.named("work")

    assert TRACE == handler["trace_id"] == work["trace_id"]
    assert "parent_id" not in handler
    assert handler["id"] == work["parent_id"]


def test_nothing_is_sent_of_what_xray_does_not_sample(run: Run, xray_daemon: Daemon) -> None:
    """For X-Ray its decision holds."""
    with run(CODE, {"AWS_XRAY_DAEMON_ADDRESS": xray_daemon.address}) as function:
        function.invoke("42", trace=HEADER.replace("Sampled=1", "Sampled=0"))
        function.invoke("43", trace=HEADER)
        xray_daemon.named("work")

    assert {"43"} == {
        document["annotations"]["orderId"]
        for document in xray_daemon.documents
        if "annotations" in document
    }


def test_another_backend_does_not_follow_lambdas_decision(run: Run, otlp: Collector) -> None:
    """Without active tracing Lambda decides against every trace."""
    with run(CODE, {"OTEL_EXPORTER_OTLP_ENDPOINT": otlp.endpoint}) as function:
        function.invoke("42", trace=HEADER.replace("Sampled=1", "Sampled=0"))
        handler = otlp.named("f")

    assert (W3C_TRACE, "") == (handler.trace_id, handler.parent_id)


def test_a_caller_may_name_itself_by_w3cs_header(run: Run, otlp: Collector) -> None:
    """It is the parent, and Lambda's segment is linked to."""
    caller = {"traceparent": f"00-{'a' * 32}-{'b' * 16}-01"}
    with run(CODE, {"OTEL_EXPORTER_OTLP_ENDPOINT": otlp.endpoint}) as function:
        function.invoke("42", trace=HEADER, client_context={"w3c": caller})
        handler = otlp.named("f")

    assert ("a" * 32, "b" * 16) == (handler.trace_id, handler.parent_id)
    assert ((W3C_TRACE, SEGMENT),) == handler.links


def test_an_invocation_that_times_out_leaves_what_it_did(run: Run, xray_daemon: Daemon) -> None:
    """Shortly before, its open spans are sent as they are, in progress."""
    code = """
        import time
        from otel_xray import Tracer

        tracer = Tracer()

        def handler(event, context):
            with tracer.provider.in_subsegment("done"):
                pass
            with tracer.provider.in_subsegment("hanging"):
                time.sleep(60)
    """
    with run(code, {"AWS_XRAY_DAEMON_ADDRESS": xray_daemon.address}) as function:
        outcome = function.invoke("42", trace=HEADER, deadline=1.0)
        found = {document["name"]: document for document in xray_daemon.documents}

    assert "timeout" == outcome.status
    assert {"app.handler": True, "hanging": True, "done": None} == {
        name: document.get("in_progress") for name, document in found.items()
    }


def test_being_told_to_end_sends_what_there_is(run: Run, otlp: Collector) -> None:
    """Lambda shuts an environment down in the middle of an invocation."""
    code = """
        import time, os, signal
        from otel_xray import Tracer

        tracer = Tracer()

        def handler(event, context):
            with tracer.provider.in_subsegment("done"):
                pass
            os.kill(os.getpid(), signal.SIGTERM)
            time.sleep(60)
    """
    with run(code, {"OTEL_EXPORTER_OTLP_ENDPOINT": otlp.endpoint}) as function:
        outcome = function.invoke("42", trace=HEADER)
        names = otlp.names(2)

    assert "failure" == outcome.status
    assert {"done", "f"} <= set(names)


def test_an_environment_that_was_ready_before_is_a_trace_of_its_own(
    run: Run, otlp: Collector
) -> None:
    """With provisioned concurrency nobody waited for the initialization; it is linked to."""
    variables = {"OTEL_EXPORTER_OTLP_ENDPOINT": otlp.endpoint}
    kind = "provisioned-concurrency"
    with run(CODE, variables, initialization_type=kind) as function:
        function.invoke("42", trace=HEADER)
        handler, alone = otlp.named("f"), otlp.named("Initialization")

    assert handler.attributes["faas.coldstart"] is False
    assert "" == alone.parent_id
    assert W3C_TRACE != alone.trace_id
    assert ((alone.trace_id, alone.span_id),) == handler.links
    assert kind == alone.attributes["aws.lambda.initialization_type"]


def test_imports_that_take_long_are_spans(run: Run, otlp: Collector) -> None:
    """The tree of the function's imports is inside Initialization."""
    variables = {"OTEL_EXPORTER_OTLP_ENDPOINT": otlp.endpoint, "OTEL_XRAY_IMPORT_SPANS": "0"}
    with run(CODE, variables) as function:
        function.invoke("42", trace=HEADER)
        initialization, app = otlp.named("Initialization"), otlp.named("import app")

    assert initialization.span_id == app.parent_id
    assert initialization.start < app.start < app.end < initialization.end


def test_xray_code_runs_on_the_alias(run: Run, xray_daemon: Daemon) -> None:
    """The function's own segment can be annotated, and Powertools' Tracer works unchanged."""
    code = """
        from aws_lambda_powertools import Tracer
        from aws_xray_sdk.core import xray_recorder

        tracer = Tracer(service="orders", auto_patch=False)

        @tracer.capture_lambda_handler
        def handler(event, context):
            with xray_recorder.in_subsegment("work") as work:
                work.put_annotation("orderId", event)
            return xray_recorder.__module__, __import__("aws_xray_sdk").__file__
    """
    with run(code, {"AWS_XRAY_DAEMON_ADDRESS": xray_daemon.address}) as function:
        outcome = function.invoke("42", trace=HEADER)
        handler, around, work = map(xray_daemon.named, ("app.handler", "## handler", "work"))

    assert "otel_xray" in str(outcome.value)
    assert (SEGMENT, handler["id"], around["id"]) == (
        handler["parent_id"],
        around["parent_id"],
        work["parent_id"],
    )
    assert {"ColdStart": True, "Service": "orders"} == around["annotations"]


def test_the_functions_own_segment_takes_what_the_xray_sdk_refuses(
    run: Run, xray_daemon: Daemon
) -> None:
    """X-Ray code that annotates the current segment annotates the handler's span."""
    code = """
        from aws_xray_sdk.core import xray_recorder

        def handler(event, context):
            xray_recorder.current_segment().put_annotation("orderId", event)
            xray_recorder.put_metadata("order", {"id": event})
            with xray_recorder.in_subsegment("work"):
                xray_recorder.current_segment().set_user("me")
    """
    with run(code, {"AWS_XRAY_DAEMON_ADDRESS": xray_daemon.address}) as function:
        outcome = function.invoke("42", trace=HEADER)
        handler = xray_daemon.named("app.handler")

    assert "success" == outcome.status
    assert ({"orderId": "42"}, "me") == (handler["annotations"], handler["user"])
    assert {"id": "42"} == handler["metadata"]["default"]["order"]


def test_the_alias_can_be_left_out(run: Run, xray_daemon: Daemon) -> None:
    """One variable leaves the X-Ray SDK alone."""
    code = """
        import aws_xray_sdk

        def handler(event, context):
            return aws_xray_sdk.__file__
    """
    variables = {"AWS_XRAY_DAEMON_ADDRESS": xray_daemon.address, "OTEL_XRAY_COMPAT": "false"}
    with run(code, variables) as function:
        outcome = function.invoke("42", trace=HEADER)

    assert "otel_xray" not in str(outcome.value)


@pytest.mark.parametrize("off", ["OTEL_XRAY_ENABLED=false", "OTEL_SDK_DISABLED=true"])
def test_one_variable_switches_it_off(run: Run, xray_daemon: Daemon, off: str) -> None:
    """The function runs as if nobody had wrapped it."""
    name, _, value = off.partition("=")
    with run(CODE, {"AWS_XRAY_DAEMON_ADDRESS": xray_daemon.address, name: value}) as function:
        outcome = function.invoke("42", trace=HEADER)

    assert "done" == outcome.value
    assert [] == xray_daemon.documents


@pytest.mark.parametrize("trace", [None, "", "Root=", "nonsense", "Root=1-x;Parent=y;Sampled=z"])
def test_a_header_that_cannot_be_read_harms_nobody(
    run: Run, xray_daemon: Daemon, trace: str | None
) -> None:
    """The handler runs, in a trace of its own."""
    with run(CODE, {"AWS_XRAY_DAEMON_ADDRESS": xray_daemon.address}) as function:
        outcome = function.invoke("42", trace=trace)
        handler = xray_daemon.named("f")

    assert "done" == outcome.value
    assert "parent_id" not in handler


def _but_request(error: dict[str, Any] | None) -> dict[str, Any]:
    return {key: value for key, value in (error or {}).items() if key != "requestId"}


def test_the_platforms_figures_take_the_place_of_our_own(run: Run, otlp: Collector) -> None:
    """They come with the next invocation, belong to the one that they tell of, and cost nothing."""
    variables = {"OTEL_EXPORTER_OTLP_ENDPOINT": otlp.endpoint, "OTEL_XRAY_TELEMETRY_API": "true"}
    with run(CODE, variables) as function:
        function.invoke("42", trace=HEADER)
        before = {span.name for span in otlp.spans}
        function.invoke("43", trace=HEADER.replace("5759", "5760"))
        otlp.named("Invocation")
    first = otlp.spans[[span.name for span in otlp.spans].index("f")]
    inside = {span.name: span for span in otlp.spans if span.parent_id == first.span_id}

    assert {"f", "work", "Initialization"} == before
    assert {"work", "Initialization", "Invocation", "Overhead"} == inside.keys()
    assert 256 == inside["Invocation"].attributes["aws.lambda.memory_size"] / 2**20


def test_a_restored_snapshot_is_a_phase(run: Run, otlp: Collector) -> None:
    """The first invocation waits for it, and not for the initialization before the snapshot."""
    variables = {"OTEL_EXPORTER_OTLP_ENDPOINT": otlp.endpoint}
    with run(CODE, variables, initialization_type="snap-start") as function:
        function.wait_until_ready()
        function.invoke("42", trace=HEADER)
        handler, restore = otlp.named("f"), otlp.named("Restore")

    assert handler.span_id == restore.parent_id
    assert "Initialization" not in {span.name for span in otlp.spans}
    assert "snap-start" == restore.attributes["aws.lambda.initialization_type"]


def test_workers_of_a_managed_instance_are_functions_of_their_own(
    run: Run, otlp: Collector
) -> None:
    """Each is forked before the function's code is loaded; nobody waited for it."""
    variables = {"OTEL_EXPORTER_OTLP_ENDPOINT": otlp.endpoint}
    with run(CODE, variables, initialization_type="lambda-managed-instances") as function:
        outcome = function.invoke("42", trace=HEADER)
        handler, alone = otlp.named("f"), otlp.named("Initialization")

    assert "done" == outcome.value
    assert ((alone.trace_id, alone.span_id),) == handler.links
