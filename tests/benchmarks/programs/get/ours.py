"""otel-xray: a hook of requests' adapters."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

import requests
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.trace import get_tracer_provider

from otel_xray import configure, instrument, xray_recorder

configure()
url = f"{os.environ['UPSTREAM']}/orders/71032"
session = requests.Session()
instrument.install("requests")


def operation() -> None:
    """Serve a request."""
    with xray_recorder.in_segment("orders"):
        session.get(url)


@contextmanager
def untraced() -> Iterator[None]:
    """Call without a subsegment."""
    instrument.uninstall("requests")
    yield
    instrument.install("requests")


def flush() -> None:
    """Send what is left."""
    provider = get_tracer_provider()
    assert isinstance(provider, TracerProvider)
    provider.force_flush()
