from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from concurrent.futures import Future

import pytest

from otel_xray.console.entity import Entity
from otel_xray.console.server.complaints import Complaints
from otel_xray.console.server.datagrams import DatagramReceiver
from otel_xray.console.store.base import StoreUnavailable
from otel_xray.errors import InvalidDocument
from tests.console.documents import entity


class Sink:
    """A store that can be held back, and a parser that takes names."""

    def __init__(self) -> None:
        self.names: list[str] = []
        self.lines: list[str] = []
        self.open = threading.Event()
        self.open.set()
        self.failure: StoreUnavailable | None = None

    def decode(self, data: bytes) -> list[Entity]:
        """Return an entity named as *data* says."""
        if data == b"bad":
            msg = "bad bytes"
            raise InvalidDocument(msg)
        if data == b"bug":
            raise ZeroDivisionError
        return [entity(name=data.decode())]

    def put(self, entities: list[Entity]) -> Future[None]:
        """Keep *entities* when the sink is open."""
        done: Future[None] = Future()
        self.open.wait()
        if self.failure is not None:
            done.set_exception(self.failure)
        else:
            self.names += [made.name for made in entities]
            done.set_result(None)
        return done


@pytest.fixture
def opened() -> Iterator[socket.socket]:
    """Return a bound socket."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as bound:
        bound.bind(("127.0.0.1", 0))
        yield bound


@pytest.fixture
def sink() -> Sink:
    """Return an empty sink."""
    return Sink()


def send(opened: socket.socket, *messages: bytes) -> None:
    """Send datagrams to *opened*."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        for message in messages:
            sender.sendto(message, opened.getsockname())


def receiver(opened: socket.socket, sink: Sink, waiting_bytes: int = 1 << 20) -> DatagramReceiver:
    """Return a receiver whose complaints all go to *sink*."""
    clock = iter(range(0, 10_000_000, 1000))
    complaints = Complaints(sink.lines.append, lambda: float(next(clock)))
    return DatagramReceiver(opened, sink.decode, sink.put, complaints, waiting_bytes)


def test_what_had_arrived_is_stored_before_it_stops(opened: socket.socket, sink: Sink) -> None:
    """Datagrams that the kernel still holds count as arrived."""
    running = receiver(opened, sink)
    send(opened, *(f"d{number}".encode() for number in range(100)))
    running.start()
    running.stop()
    assert [f"d{number}" for number in range(100)] == sink.names
    assert [] == sink.lines


def test_a_bad_datagram_is_a_line_and_not_the_end(opened: socket.socket, sink: Sink) -> None:
    """Neither what is refused nor a bug of a parser stops the others."""
    running = receiver(opened, sink)
    running.start()
    send(opened, b"one", b"bad", b"bug", b"", b"two")
    running.stop()
    assert sink.names[0] == "one"
    assert sink.names[-1] == "two"
    assert "otel-xray console: a datagram of 3 bytes was refused: bad bytes" in sink.lines
    assert any("broke a parser: ZeroDivisionError()" in line for line in sink.lines)


def test_what_waits_is_bounded(opened: socket.socket, sink: Sink) -> None:
    """When the store cannot follow, datagrams are dropped and somebody hears of it."""
    sink.open.clear()
    running = receiver(opened, sink, waiting_bytes=50)
    running.start()
    send(opened, *[b"0123456789"] * 100)
    while not sink.lines:
        threading.Event().wait(0.01)
    sink.open.set()
    running.stop()
    assert 5 <= len(sink.names) < 100
    assert "a datagram was dropped: they arrive faster" in sink.lines[0]


def test_a_store_that_fails_is_a_line_and_not_the_end(opened: socket.socket, sink: Sink) -> None:
    """What was lost is counted."""
    sink.failure = StoreUnavailable("the disk is full")
    running = receiver(opened, sink)
    running.start()
    send(opened, b"lost")
    running.stop()
    assert ["otel-xray console: 1 segments were lost: the disk is full"] == sink.lines


def test_a_socket_that_fails_is_a_line(sink: Sink) -> None:
    """A socket that broke is told once, and stopping still works."""
    closed = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    running = receiver(closed, sink)
    closed.bind(("127.0.0.1", 0))
    running.start()
    closed.close()
    while not sink.lines:
        threading.Event().wait(0.01)
    running.stop()
    assert "no more segments are received over UDP" in sink.lines[0]
