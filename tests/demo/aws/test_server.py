"""The AWS process: real boto3 calls to real moto, delivered to a real Lambda service."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from otel_xray.demo import environment, processes
from otel_xray.demo.aws import server
from otel_xray.demo.http_calls import call
from otel_xray.demo.lambda_service.function import Function
from otel_xray.demo.lambda_service.service import LambdaService
from otel_xray.demo.processes import Child
from otel_xray.errors import ConfigurationError

pytestmark = pytest.mark.slow

HEADER = "Root=1-6b064d34-a45b05ade8b61d5ac8cb355a;Parent=46da6f4878284a4b;Sampled=1"
HANDLER = """
import json, os
def handler(event, context):
    with open("seen.jsonl", "a") as seen:
        seen.write(json.dumps([event, os.environ["_X_AMZN_TRACE_ID"]]) + chr(10))
"""


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the directory of a function that writes down what it gets."""
    directory = tmp_path_factory.mktemp("function")
    (directory / "f.py").write_text(HANDLER)
    return directory


@pytest.fixture(scope="module")
def url(directory: Path) -> Iterator[str]:
    """Run the AWS process, and a Lambda service beside it."""
    service = LambdaService(lambda _: None)
    service.create_function(Function("f", "f.handler", directory))
    child = Child(
        "AWS",
        "otel_xray.demo.aws.server",
        [f"--lambda-url={service.url}", "--function=f"],
        ready=r"^ready (\S+)",
        variables=environment.aws(),
    )
    try:
        yield child.wait_ready()[1]
    finally:
        processes.stop([child])
        service.close()


def client(service: str, url: str) -> Any:
    """Return a client of the process."""
    create: Any = boto3.client
    return create(
        service,
        endpoint_url=url,
        region_name="eu-west-1",
        aws_access_key_id="x",
        aws_secret_access_key="x",
        config=Config(retries={"total_max_attempts": 1}),
    )


def seen(directory: Path, count: int) -> list[Any]:
    """Return what the function was invoked with, once it was so *count* times."""
    file = directory / "seen.jsonl"
    lines: list[str] = []
    deadline = time.monotonic() + 20
    while len(lines) < count and time.monotonic() < deadline:
        lines = file.read_text().splitlines() if file.exists() else []
        time.sleep(0.05)
    return [json.loads(line) for line in lines]


def test_an_order_reaches_the_function_with_its_trace(url: str, directory: Path) -> None:
    """ORDER_CREATED invokes the function, in the trace of PutEvents; other events do not."""
    events = client("events", url)
    events.meta.events.register(
        "before-call", lambda params, **_: params["headers"].update({"X-Amzn-Trace-Id": HEADER})
    )
    order = {"Source": "event.tracing", "DetailType": "ORDER_CREATED", "Detail": '{"orderId":"1"}'}
    other = {**order, "DetailType": "ORDER_LOST"}
    stranger = {**order, "Source": "somebody.else"}
    events.put_events(Entries=[other, stranger, order])
    client("events", url).put_events(Entries=[{**order, "Detail": '{"orderId":"2"}'}])
    (first, header), (second, other_header) = seen(directory, 2)
    assert first["detail"] == {"orderId": "1"}
    assert second["detail"] == {"orderId": "2"}
    assert header.startswith("Root=1-6b064d34-a45b05ade8b61d5ac8cb355a;")
    assert "a45b05ade8b61d5ac8cb355a" not in other_header


def test_a_hot_key_is_throttled(url: str) -> None:
    """boto3 sees a marked write fail as ProvisionedThroughputExceededException."""
    call("POST", f"{url}/demo/throttled/orders/hot")
    dynamodb = client("dynamodb", url)
    dynamodb.put_item(TableName="orders", Item={"orderId": {"S": "cold"}})
    with pytest.raises(ClientError) as caught:
        dynamodb.put_item(TableName="orders", Item={"orderId": {"S": "hot"}})
    error: Any = caught.value.response
    assert error["Error"]["Code"] == "ProvisionedThroughputExceededException"
    assert error["ResponseMetadata"]["RequestId"]
    found = dynamodb.scan(TableName="orders")["Items"]
    assert found == [{"orderId": {"S": "cold"}}]


def test_a_port_in_use_is_told(url: str) -> None:
    """A port that somebody has is a configuration error before anything is started."""
    port = url.rpartition(":")[2]
    with pytest.raises(ConfigurationError, match=port):
        server.main(["--port", port, "--lambda-url", "http://127.0.0.1:9", "--function", "f"])
