"""Two backends at once: neither hears of the other's troubles."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.collector import receiving
from tests.collector.running import Collector, running
from tests.collector.waiting import wait_until
from tests.segments.collector import process
from tests.segments.making import make_span
from tests.transport import receivers

pytestmark = pytest.mark.slow

REQUESTS, SPANS = 60, 50
COUNT = REQUESTS * SPANS
NAMES = sorted(f"work {number}" for number in range(COUNT))
TROUBLES = ("unreachable", "hanging", "400", "403", "429", "500")
# One that is held up by a hanging X-Ray, for five seconds every fifty spans, needs five minutes.
SECONDS = 60


@contextmanager
def troubled(trouble: str) -> Iterator[tuple[str, threading.Event]]:
    """Return the URL of a receiver that takes nothing, and what ends its hanging."""
    if trouble == "unreachable":
        yield f"http://127.0.0.1:{process.free_port()}", threading.Event()
    elif trouble == "hanging":
        with receiving.hanging() as (receiver, release):
            yield f"http://127.0.0.1:{receiver.server_port}", release
    else:
        with receivers.running() as receiver:
            receiver.answers = [(int(trouble), {}, b"{}")] * 10_000
            yield f"http://127.0.0.1:{receiver.server_port}", threading.Event()


def send(collector: Collector) -> None:
    """Send all spans, and see that nobody holds them up."""
    deadline = time.monotonic() + SECONDS
    for first in range(0, COUNT, SPANS):
        spans = [make_span(name=name, parent_id=None) for name in NAMES[first : first + SPANS]]
        assert 200 == collector.send(*spans)
        assert time.monotonic() < deadline


@pytest.mark.parametrize("trouble", TROUBLES)
def test_the_second_backend_gets_everything_once(trouble: str, full: str, tmp_path: Path) -> None:
    """Whatever X-Ray does, nothing is lost, late or sent twice to the other."""
    with receivers.running() as following, troubled(trouble) as (xray, release):
        url = f"http://127.0.0.1:{following.server_port}"
        overlay = {"exporters": {"awsxray": {"endpoint": xray}}}
        with running(full, "dual-write", tmp_path, overlay, NEXT_OTLP_ENDPOINT=url) as collector:
            send(collector)
            arrived = receiving.wait_for(following, COUNT)
            release.set()

        assert NAMES == arrived == sorted(receiving.received(following))


@pytest.mark.parametrize("trouble", TROUBLES)
def test_x_ray_gets_everything_once(trouble: str, full: str, tmp_path: Path) -> None:
    """Whatever the other backend does."""
    with process.sink() as xray, troubled(trouble) as (following, release):
        overlay = {"exporters": {"awsxray": {"endpoint": f"http://127.0.0.1:{xray.port}"}}}
        with running(
            full, "dual-write", tmp_path, overlay, NEXT_OTLP_ENDPOINT=following
        ) as collector:
            send(collector)
            wait_until(lambda: len(xray.documents) >= COUNT)
            release.set()

    assert NAMES == sorted(document["name"] for document in xray.documents)


def test_x_ray_is_asked_again(full: str, tmp_path: Path) -> None:
    """What it could not take for a moment is not lost, although awsxray has no queue."""
    port = process.free_port()
    with receivers.running() as following:
        url = f"http://127.0.0.1:{following.server_port}"
        overlay = {"exporters": {"awsxray": {"endpoint": f"http://127.0.0.1:{port}"}}}
        with running(full, "dual-write", tmp_path, overlay, NEXT_OTLP_ENDPOINT=url) as collector:
            assert 200 == collector.send(make_span())
            wait_until(lambda: "Exporting failed" in collector.log.read_text())
            with process.sink(port) as xray:
                wait_until(lambda: xray.documents)

    assert ["work"] == [document["name"] for document in xray.documents]
