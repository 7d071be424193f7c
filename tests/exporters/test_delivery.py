from __future__ import annotations

import logging

import pytest

from otel_xray.errors import TransportError
from otel_xray.exporters.delivery import Clock, Delivery
from otel_xray.transport.memory import MemoryTransport


class FakeClock:
    """Time that passes only by sleeping."""

    def __init__(self) -> None:
        self.time = 1000.0
        self.sleeps: list[float] = []

    def now(self) -> float:
        """Return the time."""
        return self.time

    def sleep(self, seconds: float) -> None:
        """Let time pass."""
        self.sleeps.append(seconds)
        self.time += seconds

    @property
    def clock(self) -> Clock:
        """Return this clock as the value that is injected."""
        return Clock(self.now, self.sleep)


@pytest.fixture
def time() -> FakeClock:
    """Return a clock that stands still."""
    return FakeClock()


@pytest.fixture
def transport() -> MemoryTransport:
    """Return a transport that fails on demand."""
    return MemoryTransport()


@pytest.fixture
def delivery(transport: MemoryTransport, time: FakeClock) -> Delivery:
    """Return a delivery with ten seconds for each payload."""
    return Delivery(transport, "Do something.", 10, time.clock)


def soon(wait: float = 0.0) -> TransportError:
    """Return a failure that may be tried again."""
    return TransportError("busy", retry_after=wait)


def test_what_may_be_tried_again_is_and_waits_longer_each_time(
    delivery: Delivery, transport: MemoryTransport, time: FakeClock
) -> None:
    """A payload is delivered once the other side takes it, after growing waits."""
    transport.failures = [soon(), soon(), soon(3.0)]

    assert delivery.deliver(b"payload", 1)
    assert [b"payload"] == transport.payloads
    assert [0.5, 1.0, 3.0] == time.sleeps


def test_waiting_never_goes_past_the_timeout(
    delivery: Delivery, transport: MemoryTransport, time: FakeClock
) -> None:
    """A wait that would end after the deadline is not begun."""
    transport.failures = [soon(60.0)]

    assert not delivery.deliver(b"payload", 1)
    assert [] == time.sleeps


def test_what_cannot_be_helped_is_not_tried_again(
    delivery: Delivery, transport: MemoryTransport, time: FakeClock
) -> None:
    """A final failure costs no time."""
    transport.failures = [TransportError("bad request")]

    assert not delivery.deliver(b"payload", 1)
    assert [] == time.sleeps
    assert delivery.deliver(b"next", 1)


def test_a_loss_is_reported_at_once_and_then_once_a_minute_with_the_count(
    delivery: Delivery,
    transport: MemoryTransport,
    time: FakeClock,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """The report says how many spans, why, and what to do; it does not flood the log."""
    transport.failures = [TransportError("no route") for _ in range(4)]

    with caplog.at_level(logging.WARNING):
        for _ in range(3):
            delivery.deliver(b"payload", 5)
        time.sleep(61)
        delivery.deliver(b"payload", 5)

    assert [
        "5 spans were not sent: no route. Do something.",
        "15 spans were not sent: no route. Do something.",
    ] == caplog.messages
