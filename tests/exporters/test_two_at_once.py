"""Two backends during a migration: whatever becomes of one, the other gets each span once."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest

from otel_xray.segments.framing import parse_datagram
from tests.exporters.test_otlp import names
from tests.exporters.test_ways_out import AWS, run
from tests.transport.receivers import Receiver, running

pytestmark = pytest.mark.slow

SPANS = 40
APPLICATION = f"""
import time
from otel_xray import xray_recorder
longest = 0
for number in range({SPANS}):
    began = time.monotonic()
    with xray_recorder.in_segment(f"order {{number}}"):
        pass
    longest = max(longest, time.monotonic() - began)
    if number == 0:
        first, longest = longest, 0
print(longest)
"""
EXPECTED = Counter(f"order {number}" for number in range(SPANS))


@contextmanager
def refusing() -> Iterator[str]:
    """Nobody listens there."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    yield f"http://127.0.0.1:{port}"


@contextmanager
def hanging() -> Iterator[str]:
    """Whoever listens there never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"http://127.0.0.1:{server.getsockname()[1]}"


@contextmanager
def failing() -> Iterator[str]:
    """Whoever listens there is always busy."""
    with running() as receiver:
        receiver.answers += [(503, {"Retry-After": "1"}, b"busy")] * 10_000
        yield f"http://127.0.0.1:{receiver.server_port}"


@contextmanager
def closing() -> Iterator[str]:
    """Whoever listens there hangs up in the middle of an answer."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            try:
                while True:
                    connection, _ = server.accept()
                    connection.recv(10)
                    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Le")
                    connection.close()
            except OSError:
                return

        thread = threading.Thread(target=serve)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}"
        server.shutdown(socket.SHUT_RDWR)
        thread.join()


BAD: tuple[Callable[[], AbstractContextManager[str]], ...] = (refusing, hanging, failing, closing)


def put(receiver: Receiver) -> Counter[str]:
    """Return the names of the segments that were put."""
    return Counter(
        json.loads(document)["name"]
        for body in receiver.bodies
        for document in json.loads(body)["TraceSegmentDocuments"]
    )


@pytest.mark.parametrize("order", ["otlp,xray_api", "xray_api,otlp"])
@pytest.mark.parametrize("bad", BAD, ids=lambda bad: bad.__name__)
def test_a_failing_receiver_costs_the_other_nothing(
    receiver: Receiver, bad: Callable[[], AbstractContextManager[str]], order: str
) -> None:
    """Every segment reaches X-Ray once, and the application never waits, whatever OTLP does."""
    receiver.answers += [(200, {}, b"{}")] * 1000
    with bad() as url:
        done = run(
            APPLICATION,
            OTEL_TRACES_EXPORTER=order,
            OTEL_EXPORTER_OTLP_ENDPOINT=url,
            OTEL_EXPORTER_OTLP_TIMEOUT="2000",
            AWS_ENDPOINT_URL_XRAY=f"http://127.0.0.1:{receiver.server_port}",
            **AWS,
        )

    assert EXPECTED == put(receiver)
    assert float(done.stdout) < 1.5
    assert 1 == len(done.stderr.splitlines())
    assert f"{SPANS} spans were not sent: " in done.stderr


@pytest.mark.parametrize("bad", BAD, ids=lambda bad: bad.__name__)
def test_in_lambda_the_budget_is_spent_once(
    bad: Callable[[], AbstractContextManager[str]],
) -> None:
    """With two that fail beside one that works an invocation waits for one budget, not for two."""
    with bad() as url, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as daemon:
        daemon.bind(("127.0.0.1", 0))
        daemon.settimeout(10)
        done = run(
            APPLICATION.replace(f"range({SPANS})", "range(3)"),
            OTEL_TRACES_EXPORTER="xray_otlp,otlp,xray",
            OTEL_XRAY_FLUSH_TIMEOUT="1000",
            OTEL_EXPORTER_OTLP_ENDPOINT=url,
            OTEL_EXPORTER_OTLP_TIMEOUT="5000",
            AWS_ENDPOINT_URL_XRAY=url,
            AWS_XRAY_DAEMON_ADDRESS=f"127.0.0.1:{daemon.getsockname()[1]}",
            LAMBDA_TASK_ROOT="/var/task",
            **AWS,
        )
        arrived = [parse_datagram(daemon.recv(65_536))["name"] for _ in range(3)]

    assert ["order 0", "order 1", "order 2"] == arrived
    assert float(done.stdout) < 1.9


def test_a_migration_sends_the_same_to_both(receiver: Receiver) -> None:
    """Old and new backend get the same spans, from the same objects, each in its own form."""
    with running() as api:
        api.answers += [(200, {}, b"{}")] * 1000
        run(
            APPLICATION,
            OTEL_TRACES_EXPORTER="xray_api,otlp",
            OTEL_EXPORTER_OTLP_ENDPOINT=f"http://127.0.0.1:{receiver.server_port}",
            AWS_ENDPOINT_URL_XRAY=f"http://127.0.0.1:{api.server_port}",
            **AWS,
        )

    assert EXPECTED == put(api)
    assert EXPECTED == Counter(name for body in receiver.bodies for name in names(body))


def test_a_slow_receiver_does_not_slow_the_other() -> None:
    """The spans of a program that goes on running reach the other receiver meanwhile."""
    program = APPLICATION + "import sys; sys.stdout.flush(); input()"
    with running() as good, hanging() as url:
        good.answers += [(200, {}, b"{}")] * 1000
        process = subprocess.Popen(
            [sys.executable, "-c", program],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={
                "OTEL_TRACES_EXPORTER": "otlp,xray_api",
                "OTEL_BSP_SCHEDULE_DELAY": "10",
                "OTEL_EXPORTER_OTLP_ENDPOINT": url,
                "OTEL_EXPORTER_OTLP_TIMEOUT": "30000",
                "AWS_ENDPOINT_URL_XRAY": f"http://127.0.0.1:{good.server_port}",
                **AWS,
            },
        )
        deadline = time.monotonic() + 25
        while put(good) != EXPECTED and time.monotonic() < deadline:
            time.sleep(0.01)
        process.kill()
        process.communicate()

        assert EXPECTED == put(good)
