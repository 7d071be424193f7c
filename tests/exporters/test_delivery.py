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
        self.share = 1.0

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
        return Clock(self.now, self.sleep, lambda: self.share)


@pytest.fixture
def time() -> FakeClock:
    """Return a clock that stands still."""
    return FakeClock()


@pytest.fixture
def transport() -> MemoryTransport:
    """Return a transport that fails on demand."""
    return MemoryTransport()


@pytest.fixture
def delivery(transport: MemoryTransport, time: FakeClock) -> Delivery[bytes, bytes]:
    """Return a delivery with ten seconds for each payload."""
    return Delivery(transport, "Do something.", 10, time.clock)


def soon(wait: float = 0.0) -> TransportError:
    """Return a failure that may be tried again."""
    return TransportError("busy", retry_after=wait)


def test_what_may_be_tried_again_is_and_waits_longer_each_time(
    delivery: Delivery[bytes, bytes], transport: MemoryTransport, time: FakeClock
) -> None:
    """A payload is delivered once the other side takes it, after growing waits."""
    transport.failures = [soon(), soon(), soon(3.0)]

    assert b"" == delivery.deliver(b"payload", 1)
    assert [b"payload"] == transport.payloads
    assert [0.5, 1.0, 3.0] == time.sleeps


def test_waits_are_spread(
    delivery: Delivery[bytes, bytes], transport: MemoryTransport, time: FakeClock
) -> None:
    """Half of a wait is left to chance, so that not everybody comes back at once."""
    time.share = 0.0
    transport.failures = [soon(), soon()]

    assert delivery.deliver(b"payload", 1) is not None
    assert [0.25, 0.5] == time.sleeps


def test_payloads_of_one_batch_share_its_time(
    delivery: Delivery[bytes, bytes], transport: MemoryTransport, time: FakeClock
) -> None:
    """A batch that is sent in parts has no more time than one that is not."""
    deadline = delivery.deadline()
    transport.failures = [soon(9.0)]

    assert delivery.deliver(b"first", 1, deadline) is not None
    transport.failures = [soon(9.0)]
    assert delivery.deliver(b"second", 1, deadline) is None
    assert [9.0] == time.sleeps


def test_what_is_too_large_goes_back_to_who_can_divide_it(
    delivery: Delivery[bytes, bytes], transport: MemoryTransport, caplog: pytest.LogCaptureFixture
) -> None:
    """Nothing is lost before the parts have been tried; one span has no parts."""
    transport.failures = [TransportError("too much", too_large=True) for _ in range(2)]

    with pytest.raises(TransportError, match="too much"):
        delivery.deliver(b"payload", 2, in_parts=True)
    assert [] == caplog.messages
    assert delivery.deliver(b"payload", 1) is None
    assert ["1 spans were not sent: too much. Do something."] == caplog.messages


def test_waiting_never_goes_past_the_timeout(
    delivery: Delivery[bytes, bytes], transport: MemoryTransport, time: FakeClock
) -> None:
    """A wait that would end after the deadline is not begun."""
    transport.failures = [soon(60.0)]

    assert delivery.deliver(b"payload", 1) is None
    assert [] == time.sleeps


def test_what_cannot_be_helped_is_not_tried_again(
    delivery: Delivery[bytes, bytes], transport: MemoryTransport, time: FakeClock
) -> None:
    """A final failure costs no time."""
    transport.failures = [TransportError("bad request")]

    assert delivery.deliver(b"payload", 1) is None
    assert [] == time.sleeps
    assert b"" == delivery.deliver(b"next", 1)


def test_a_loss_is_reported_at_once_and_then_once_a_minute_with_the_count(
    delivery: Delivery[bytes, bytes],
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
