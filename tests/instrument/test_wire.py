"""Headers on the wire, beside those of the real X-Ray SDK in the same run."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import subprocess
import sys
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.instrument.servers import Answer, Request, Server

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(importlib.util.find_spec("aws_xray_sdk") is None, reason="not installed"),
]

INVOCATION = (
    "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1;"
    "Lineage=a87bd80c:1|68fd508a:5;Self=1-2-3;Future=%7Ckept"
)
LAMBDA = {"_X_AMZN_TRACE_ID": INVOCATION, "LAMBDA_TASK_ROOT": "/var/task"}
NAMED = {"AWS_LAMBDA_FUNCTION_NAME": "processOrder"}

START: dict[str, str] = {
    "nobody": "scope = contextlib.nullcontext",
    "ours": """
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from otel_xray import instrument
instrument.install()
trace.set_tracer_provider(TracerProvider())
tracer = trace.get_tracer("application")
scope = contextlib.nullcontext if in_lambda else lambda: tracer.start_as_current_span("segment")
""",
    "xray": """
from aws_xray_sdk.core import patch, xray_recorder
class Nowhere:
    def send_entity(self, entity): pass
    def set_daemon_address(self, address): pass
xray_recorder.configure(sampling=False, service="application", emitter=Nowhere())
patch(["botocore", "requests"])
scope = contextlib.nullcontext if in_lambda else lambda: xray_recorder.in_segment("segment")
""",
}
CALLS = """
import boto3, requests
from botocore import UNSIGNED
from botocore.config import Config

def client(service, **options):
    retries = {"mode": "standard", "total_max_attempts": 2}
    config = Config(retries=retries, s3={"addressing_style": "path"}, **options)
    return boto3.client(service, region_name="eu-west-1", endpoint_url=url, config=config)

with scope():
    client("dynamodb").get_item(TableName="orders", Key={"orderId": {"S": "1"}})
    client("s3").put_object(Bucket="b", Key="k", Body=b"content")
    client("s3", signature_version=UNSIGNED).get_object(Bucket="b", Key="k")["Body"].close()
    client("cognito-identity").get_id(IdentityPoolId="eu-west-1:pool")
    client("lambda").invoke(FunctionName="f", Payload=b'{"order": 1}')
    client("sqs").send_message(QueueUrl=url + "/1/q", MessageBody="content")
    requests.get(url + "/order?id=1")
    print(json.dumps([
        client("s3").generate_presigned_url("get_object", {"Bucket": "b", "Key": "k"}),
        client("s3").generate_presigned_post("b", "k"),
    ]))
"""
ANSWERS = [Answer(), Answer(headers={"ETag": '"e"'}, body=b""), Answer(), Answer(), Answer()]
SENT = Answer(body=b'{"MD5OfMessageBody": "9a0364b9e99bb480dd25e1f0284c8555", "MessageId": "m"}')


def run(server: Server, whose: str, environ: dict[str, str]) -> tuple[list[Request], str]:
    """Make the calls in a process of their own; return what was sent, and printed."""
    server.requests.clear()
    server.answers[:] = [*ANSWERS, SENT]
    facts = (server.url, "_X_AMZN_TRACE_ID" in environ)
    head = f"import contextlib, json, sys; url, in_lambda = {facts!r}"
    credentials = {"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing"}
    kept = {
        key: os.environ[key] for key in ("PATH", "HOME", "LD_LIBRARY_PATH") if key in os.environ
    }
    done = subprocess.run(
        [sys.executable, "-c", "\n".join([head, START[whose], CALLS])],
        check=False,
        capture_output=True,
        text=True,
        env={**kept, **credentials, **environ},
    )
    assert 0 == done.returncode, done.stderr
    return list(server.requests), done.stdout


def header(request: Request, environ: dict[str, str]) -> list[str]:
    """Return a request's tracing headers, with words in the place of new ids."""
    told = [
        re.sub("Parent=[0-9a-f]{16}", "Parent=own", text) for text in request.all("X-Amzn-Trace-Id")
    ]
    if environ:
        return told
    return [re.sub("Root=1-[0-9a-f]{8}-[0-9a-f]{24}", "Root=own", text) for text in told]


def without_self(request: Request, environ: dict[str, str]) -> list[str]:
    """Return the tracing headers as the X-Ray SDK writes them."""
    return [text.replace(";Self=1-2-3", "") for text in header(request, environ)]


def signed(request: Request) -> list[str]:
    """Return the headers that a request's signature covers."""
    (text,) = request.all("Authorization") or [""]
    return re.findall(r"SignedHeaders=([^,]*)", text)


@pytest.mark.parametrize(
    "environ", [{}, LAMBDA, {**LAMBDA, **NAMED}], ids=["anywhere", "Lambda", "Lambda, by name"]
)
def test_requests_carry_what_the_x_ray_sdk_makes_them_carry(
    environ: dict[str, str], server: Server
) -> None:
    """
    Every byte of the header but new ids, whether or not botocore has set one before.

    Difference: ``Self``, which load balancers add, travels on; the X-Ray SDK drops it.
    """
    xray, _ = run(server, "xray", environ)
    ours, _ = run(server, "ours", environ)

    assert 7 == len(ours)
    assert [one.path for one in xray] == [one.path for one in ours]
    assert [header(one, environ) for one in xray] == [without_self(one, environ) for one in ours]
    assert all(1 == len(header(one, environ)) for one in ours)
    assert "Parent=53995c3f42cd8ad8" not in str([one.headers for one in ours])
    if environ:
        kept = INVOCATION.partition(";Sampled=1")[2]
        assert all(text.endswith(kept) for one in ours for text in header(one, environ))


@pytest.mark.parametrize("environ", [{}, {**LAMBDA, **NAMED}], ids=["anywhere", "Lambda"])
def test_nothing_else_changes(environ: dict[str, str], server: Server) -> None:
    """What is signed, what is sent, and what is presigned is as without any tracing."""
    nobody, presigned = run(server, "nobody", environ)
    ours, ours_presigned = run(server, "ours", environ)

    assert [one.body for one in nobody] == [one.body for one in ours]
    assert [signed(one) for one in nobody] == [signed(one) for one in ours]
    assert "x-amzn-trace-id" not in str([signed(one) for one in ours])
    added = {"x-amzn-trace-id", "traceparent"}
    for before, after in zip(nobody, ours, strict=True):
        names = [{name.lower() for name, _ in one.headers} - added for one in (before, after)]
        assert names[0] == names[1]
    get, post = json.loads(presigned)
    ours_get, ours_post = json.loads(ours_presigned)
    assert parse_qs(urlsplit(get).query).keys() == parse_qs(urlsplit(ours_get).query).keys()
    assert post["fields"].keys() == ours_post["fields"].keys()
    assert "trace" not in ours_presigned.lower()


def test_a_trace_that_is_not_sampled_says_so_as_the_x_ray_sdk_does(server: Server) -> None:
    """Sampled=0 goes on."""
    environ = {**LAMBDA, **NAMED, "_X_AMZN_TRACE_ID": INVOCATION.replace("Sampled=1", "Sampled=0")}
    xray, _ = run(server, "xray", environ)
    ours, _ = run(server, "ours", environ)

    told = [header(one, environ) for one in ours]
    assert [header(one, environ) for one in xray] == [without_self(one, environ) for one in ours]
    assert all(";Sampled=0;" in text for texts in told for text in texts)
