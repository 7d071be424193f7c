"""X-Ray SDK: its patches of requests; every request is sampled, as everybody else samples it."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

import requests
from aws_xray_sdk.core import patch, xray_recorder

PATCHED = ((requests.Session, "request"), (requests.Session, "prepare_request"))

xray_recorder.configure(sampling=False)
url = f"{os.environ['UPSTREAM']}/orders/71032"
session = requests.Session()
plain = [vars(owner)[name] for owner, name in PATCHED]
patch(("requests",))
traced = [vars(owner)[name] for owner, name in PATCHED]


def operation() -> None:
    """Serve a request."""
    with xray_recorder.in_segment("orders"):
        session.get(url)


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
