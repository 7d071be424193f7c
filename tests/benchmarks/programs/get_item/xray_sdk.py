"""X-Ray SDK: its patches of botocore; every request is sampled, as everybody else samples it."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

import boto3
from aws_xray_sdk.core import patch, xray_recorder
from botocore.client import BaseClient
from botocore.endpoint import Endpoint

PATCHED = ((BaseClient, "_make_api_call"), (Endpoint, "prepare_request"))

xray_recorder.configure(sampling=False)
client = boto3.client("dynamodb", endpoint_url=os.environ["UPSTREAM"])
plain = [vars(owner)[name] for owner, name in PATCHED]
patch(("botocore",))
traced = [vars(owner)[name] for owner, name in PATCHED]


def operation() -> None:
    """Serve a request."""
    with xray_recorder.in_segment("orders"):
        client.get_item(TableName="orders", Key={"orderId": {"S": "71032"}})


@contextmanager
def untraced() -> Iterator[None]:
    """Call without a subsegment: the SDK cannot take its patches back."""
    for (owner, name), method in zip(PATCHED, plain, strict=True):
        setattr(owner, name, method)
    yield
    for (owner, name), method in zip(PATCHED, traced, strict=True):
        setattr(owner, name, method)


def flush() -> None:
    """Everything has been sent: a segment leaves when it ends."""
