"""What a function calls, and who calls it: headers in both directions, and X-Ray's own API."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.aws_lambda.emulator.conftest import Functions
from tests.aws_lambda.emulator.layers import of_packages
from tests.aws_lambda.emulator.programs import (
    CLIENT,
    ECHO,
    HEADER,
    LINEAGE,
    PARENT,
    TRACE,
    is_of_handler,
)
from tests.aws_lambda.emulator.receivers import Collector, Daemon, entities

pytestmark = pytest.mark.slow

XRAY_TRACE = f"1-{TRACE[:8]}-{TRACE[8:]}"

BOTO3 = """
import os
import boto3

table = boto3.resource("dynamodb", endpoint_url=os.environ["CALLED"]).Table("orders")

def handler(event, context):
    table.put_item(Item={"orderId": "1"})
"""
REQUESTS = """
import os
import requests

def handler(event, context):
    return requests.get(os.environ["CALLED"]).status_code
"""
XRAY = """
from aws_xray_sdk.core import patch_all, xray_recorder

patch_all()

@xray_recorder.capture("## check")
def check(event):
    subsegment = xray_recorder.current_subsegment()
    subsegment.put_annotation("orderId", event["orderId"])
    subsegment.put_metadata("event", event, "orders")
    return xray_recorder.current_segment().trace_id

def handler(event, context):
    return check(event)
"""
POWERTOOLS = """
from aws_lambda_powertools import Tracer

tracer = Tracer(service="orders")

@tracer.capture_method
def check(event):
    tracer.put_annotation("orderId", event["orderId"])
    return event

@tracer.capture_lambda_handler
def handler(event, context):
    return check(event)
"""


class Called(list[dict[str, str]]):
    """The headers of requests that a server has got, by their names in lower case."""

    url = ""


@pytest.fixture
def called() -> Iterator[Called]:
    """Serve anything, AWS's answers in JSON among it."""
    headers = Called()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            headers.append({name.lower(): value for name, value in self.headers.items()})
            self.send_response(200)
            self.send_header("Content-Type", "application/x-amz-json-1.0")
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"{}")

        do_POST = do_GET  # noqa: N815  theirs

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  theirs
            """Keep quiet."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        headers.url = f"http://127.0.0.1:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield headers
        finally:
            server.shutdown()
            thread.join()


def test_boto3_call(functions: Functions, collector: Collector, called: Called) -> None:
    """The service is told of the span of the call, and Lambda's loop protection is kept."""
    variables = {**collector.variables, "CALLED": called.url}
    with functions.traced(BOTO3, variables=variables) as function:
        assert function.invoke(trace=HEADER) is None
        served = collector.wait_for(is_of_handler)
        call = collector.wait_for(lambda span: "PutItem" in span.name)

    (headers,) = called
    fields = dict(field.split("=", 1) for field in headers["x-amzn-trace-id"].split(";"))
    assert served.span_id == call.parent_id
    expected = {"Root": XRAY_TRACE, "Parent": call.span_id, "Sampled": "1", "Lineage": LINEAGE}
    assert expected == fields


def test_boto3_call_of_an_unsampled_trace(
    functions: Functions, daemon: Daemon, called: Called
) -> None:
    """The decision travels on, and nothing is sent to the daemon."""
    variables = {**daemon.variables, "CALLED": called.url}
    with functions.traced(BOTO3, variables=variables) as function:
        function.invoke(trace=HEADER.replace("Sampled=1", "Sampled=0"))
        function.wait_until_idle()
        function.stop()

    (headers,) = called
    assert "Sampled=0" in headers["x-amzn-trace-id"]
    assert XRAY_TRACE in headers["x-amzn-trace-id"]
    assert [] == [entity for entity in daemon.items if entity["trace_id"] == XRAY_TRACE]


def test_requests_call(
    functions: Functions, collector: Collector, called: Called, tmp_path: Path
) -> None:
    """A call of a library from another layer is traced too."""
    variables = {**collector.variables, "CALLED": called.url}
    beside = of_packages(tmp_path, "requests", "charset_normalizer", "idna", "certifi")
    with functions.traced(REQUESTS, variables=variables, layers=(beside,)) as function:
        assert 200 == function.invoke(trace=HEADER)
        call = collector.wait_for(lambda span: span.kind == CLIENT)

    (headers,) = called
    assert f"{call.trace_id}-{call.span_id}" in headers["traceparent"]


def test_x_ray_sdk_code_runs_unchanged(functions: Functions, daemon: Daemon) -> None:
    """The SDK need not be in the function: the layer stands in for it."""
    with functions.traced(XRAY, variables=daemon.variables) as function:
        assert XRAY_TRACE == function.invoke({"orderId": "7"}, trace=HEADER)
        handled = daemon.wait_for_entity(name="app.handler")
        check = daemon.wait_for_entity(name="## check")

    assert {"orderId": "7"} == check["annotations"]
    assert {"event": {"orderId": "7"}} == check["metadata"]["orders"]
    assert PARENT == handled["parent_id"]
    assert check.get("parent_id") == handled["id"] or check in entities(handled)


def test_powertools_run_unchanged(functions: Functions, daemon: Daemon, tmp_path: Path) -> None:
    """Powertools for AWS in a layer of its own finds the SDK, which is ours."""
    beside = of_packages(tmp_path, "aws_lambda_powertools", "typing_extensions")
    with functions.traced(POWERTOOLS, variables=daemon.variables, layers=(beside,)) as function:
        assert [{"orderId": "7"}] * 2 == [
            function.invoke({"orderId": "7"}, trace=HEADER) for _ in range(2)
        ]
        check = daemon.wait_for_entity(name="## app.check")
        handled = daemon.wait_for_entity(name="## handler")

    assert {"orderId": "7"} == check["annotations"]
    assert {"ColdStart": True, "Service": "orders"} == handled["annotations"]


def test_w3c_caller_through_the_client_context(functions: Functions, collector: Collector) -> None:
    """A caller that names itself in the client context is the parent, wherever X-Ray is not."""
    traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    with functions.traced(ECHO, variables=collector.variables) as function:
        function.invoke(trace=HEADER, client_context={"w3c": {"traceparent": traceparent}})
        served = collector.wait_for(is_of_handler)

    expected = ("0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331")
    assert expected == (served.trace_id, served.parent_id)
    assert (TRACE, PARENT) in served.links


def test_passed_through_header(functions: Functions, collector: Collector) -> None:
    """Without active tracing Lambda says the trace and nobody's segment: the trace is kept."""
    with functions.traced(ECHO, variables=collector.variables) as function:
        function.invoke(trace=f"Root={XRAY_TRACE};Lineage={LINEAGE}")
        served = collector.wait_for(is_of_handler)

    assert (TRACE, "") == (served.trace_id, served.parent_id)
