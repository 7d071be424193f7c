"""The collector: the two spans of every operation arrive in a batch, and leave as documents."""

import os
import time
from contextlib import ExitStack
from functools import lru_cache
from http.client import HTTPConnection
from pathlib import Path
from tempfile import TemporaryDirectory

from otel_xray.exporters.otlp_encoding import encode
from otel_xray.model.span import SpanData
from otel_xray.segments import EncodeOptions
from tests.benchmarks.clock import clock_of
from tests.benchmarks.programs.encode.ours import CALL, REQUEST
from tests.segments.collector import process

SPANS = (REQUEST, CALL)
WARM_UP, BATCH = 25, 200  # a collector runs for weeks: its heap has long grown

waiting: list[tuple[SpanData, ...]] = []


def operation() -> None:
    """Finish both."""
    waiting.append(SPANS)


def flush() -> None:
    """Send what waits."""
    send(len(waiting))
    waiting.clear()


def send(operations: int) -> None:
    """Send a batch; its answer comes when PutTraceSegments has taken all documents."""
    headers = {"Content-Type": "application/x-protobuf"}
    connection.request("POST", "/v1/traces", batch(operations), headers)
    with connection.getresponse() as response:
        response.read()
    arrived = len(pipeline.sink.take())
    if (response.status, arrived) != (200, operations * len(SPANS)):
        msg = f"status {response.status}, {arrived} documents; see:\n{pipeline.log.read_text()}"
        raise process.Stopped(msg)


@lru_cache
def batch(operations: int) -> bytes:
    """Return so many times the spans, as OTLP; batches of one size are alike."""
    return encode(SPANS * operations)


def cpu_time() -> float:
    """Return the seconds that the collector has used."""
    return time.clock_gettime(clock)


with ExitStack() as starting:  # whatever fails here ends the collector
    folder = Path(starting.enter_context(TemporaryDirectory()))
    binary = os.environ["OTEL_XRAY_COLLECTOR"]
    pipelines = starting.enter_context(
        process.collector(binary, {"encode": EncodeOptions()}, folder)
    )
    pipeline = pipelines["encode"]
    connection = HTTPConnection("127.0.0.1", pipeline.port, timeout=process.REQUEST_SECONDS)
    starting.callback(connection.close)
    clock = clock_of(pipeline.process.pid)
    for _ in range(WARM_UP):
        send(BATCH)
    running = starting.pop_all()
