"""Receivers in the place of backends: OTLP over HTTP."""

from __future__ import annotations

import gzip
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from tests.collector.waiting import wait_until
from tests.transport import receivers
from tests.transport.receivers import Receiver


@contextmanager
def hanging() -> Iterator[tuple[Receiver, threading.Event]]:
    """Run a receiver that answers nothing until the event is set."""
    release = threading.Event()

    class Handler(receivers.Handler):
        def do_POST(self) -> None:  # noqa: N802  the base class's name
            release.wait(60)
            super().do_POST()

    with receivers.running() as receiver:
        receiver.RequestHandlerClass = Handler
        try:
            yield receiver, release
        finally:
            release.set()


def names_in(bodies: Sequence[bytes]) -> list[str]:
    """Return the names of the spans in OTLP requests."""
    found: list[str] = []
    for body in bodies:
        request = ExportTraceServiceRequest.FromString(body)
        found.extend(
            span.name
            for resource in request.resource_spans
            for scope in resource.scope_spans
            for span in scope.spans
        )
    return found


def received(receiver: Receiver) -> list[str]:
    """Return the names of the spans that an HTTP receiver has got."""
    bodies = [
        gzip.decompress(body) if body[:2] == b"\x1f\x8b" else body for body in receiver.bodies
    ]
    return names_in(bodies)


def wait_for(receiver: Receiver, count: int) -> list[str]:
    """Wait until *count* spans have come, and return their names, sorted."""
    wait_until(lambda: len(received(receiver)) >= count)
    return sorted(received(receiver))
