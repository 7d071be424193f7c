"""The HTTP front: takes orders, and the payment provider's confirmations."""

from __future__ import annotations

import json
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

import boto3
from flask import Flask, Response, request

from otel_xray import instrument, xray_recorder
from otel_xray.api.entities import Segment
from otel_xray.demo import serving
from otel_xray.errors import InvalidTraceHeader
from otel_xray.model import header, ids
from otel_xray.model.header import HEADER_NAME, TraceHeader

SERVICE = "order-api"
REGION = "eu-west-1"

instrument.install("botocore")
application = Flask(SERVICE)
lambda_client = boto3.client("lambda", region_name=REGION)  # pyright: ignore[reportUnknownMemberType]  # boto3's stubs


@application.post("/order/<item_id>")
def order(item_id: str) -> Response:
    """Have the function process_order answer."""
    event = {"pathParameters": {"itemId": item_id}, "body": request.get_data(as_text=True)}
    with traced_request() as segment:
        status, body = invoke("process_order", event)
        return respond(segment, status, body)


@application.post("/webhook/order-confirmed")
def order_confirmed() -> Response:
    """
    Take note that the payment provider has the money.

    The provider knows nothing of our trace: this is another one, and the ``orderId`` that both
    are annotated with is what joins them.
    """
    with traced_request() as segment:
        confirmation = request.get_json()
        with xray_recorder.in_subsegment("confirm order") as subsegment:
            subsegment.put_annotation("orderId", confirmation["orderId"])
            subsegment.put_metadata("confirmation", confirmation)
        return respond(segment, 200, "{}")


@contextmanager
def traced_request() -> Generator[Segment]:
    """Open a segment for the request, in the caller's trace if it names one."""
    caller = calling_header()
    segment = xray_recorder.begin_segment(
        SERVICE,
        traceid=ids.to_xray(caller.root) if caller.root else None,
        parent_id=ids.to_hex(caller.parent) if caller.parent else None,
        sampling=caller.sampled,
    )
    segment.put_http_meta("url", request.url)
    segment.put_http_meta("method", request.method)
    segment.put_http_meta("client_ip", request.remote_addr)
    segment.put_http_meta("user_agent", request.user_agent.string)
    try:
        yield segment
    except Exception as error:
        segment.put_http_meta("status", 500)
        segment.add_exception(error)
        raise
    finally:
        xray_recorder.end_segment()


def calling_header() -> TraceHeader:
    """Return the caller's tracing header; one that cannot be read counts as none."""
    try:
        return header.parse(request.headers.get(HEADER_NAME, ""))
    except InvalidTraceHeader:
        return TraceHeader()


def invoke(function: str, event: dict[str, Any]) -> tuple[int, str]:
    """Invoke *function*; return the status and the body that it answers with."""
    reply = lambda_client.invoke(FunctionName=function, Payload=json.dumps(event).encode())
    answer: Any = json.loads(reply["Payload"].read())
    if reply.get("FunctionError"):
        return 502, json.dumps({"message": answer.get("errorMessage", "The function failed.")})
    return answer["statusCode"], answer["body"]


def respond(segment: Segment, status: int, body: str) -> Response:
    """Return the response, with the trace that it belongs to in its headers."""
    segment.put_http_meta("status", status)
    own = TraceHeader(root=ids.parse_trace_id(segment.trace_id), sampled=segment.sampled)
    headers = {HEADER_NAME: header.format(own)}
    return Response(body, status, headers, mimetype="application/json")


if __name__ == "__main__":
    raise SystemExit(serving.run("The order API", application, option="--front-port"))
