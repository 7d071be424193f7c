"""otel-xray: botocore's hooks."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

import boto3
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.trace import get_tracer_provider

from otel_xray import configure, instrument, xray_recorder

configure()
client = boto3.client("dynamodb", endpoint_url=os.environ["UPSTREAM"])
instrument.install("botocore")


def operation() -> None:
    """Serve a request."""
    with xray_recorder.in_segment("orders"):
        client.get_item(TableName="orders", Key={"orderId": {"S": "71032"}})


@contextmanager
def untraced() -> Iterator[None]:
    """Call without a subsegment."""
    instrument.uninstall("botocore")
    yield
    instrument.install("botocore")


def flush() -> None:
    """Send what is left."""
    provider = get_tracer_provider()
    assert isinstance(provider, TracerProvider)
    provider.force_flush()
