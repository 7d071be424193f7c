from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import closing

import pytest

from otel_xray.errors import TransportError
from otel_xray.model.limits import DATAGRAM_BYTES
from otel_xray.transport.udp import PAUSE, UdpTransport


@pytest.fixture
def receiver() -> Iterator[socket.socket]:
    """Return a UDP socket on loopback."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as listening:
        listening.bind(("127.0.0.1", 0))
        listening.settimeout(5)
        yield listening


def test_a_payload_is_one_datagram(receiver: socket.socket) -> None:
    """What is sent arrives byte for byte, also when the host is a name."""
    with closing(UdpTransport("localhost", receiver.getsockname()[1])) as transport:
        transport.send(b"one", 1)
        transport.send(b"two", 1)

    assert [b"one", b"two"] == [receiver.recv(100), receiver.recv(100)]


def test_a_datagram_over_the_limit_is_refused(receiver: socket.socket) -> None:
    """Bytes that UDP cannot carry are an error that will not go away by trying again."""
    with pytest.raises(TransportError, match="over the limit") as caught:
        UdpTransport(*receiver.getsockname()).send(b"x" * (DATAGRAM_BYTES + 1), 1)

    assert caught.value.retry_after is None


def test_a_daemon_that_is_not_there_is_noticed_and_one_that_returns_is_used() -> None:
    """The system's refusal becomes an error naming the address; later sends go through again."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as first:
        first.bind(("127.0.0.1", 0))
        address = first.getsockname()
    transport = UdpTransport(*address)
    transport.send(b"into the void", 1)

    with pytest.raises(TransportError, match=f"127.0.0.1:{address[1]}"):
        send_often(transport)

    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as second:
        second.bind(address)
        second.settimeout(5)
        transport.send(b"back", 1)
        assert b"back" == second.recv(100)
    transport.close()


def send_often(transport: UdpTransport) -> None:
    """Send until the system has noticed that nobody listens."""
    for _ in range(100):
        transport.send(b"again", 1)


def test_a_host_that_does_not_exist_is_an_error() -> None:
    """A name that cannot be resolved is reported, not raised as something else."""
    with pytest.raises(TransportError, match=r"daemon\.invalid:2000"):
        UdpTransport("daemon.invalid", 2000).send(b"x", 1)


def test_a_name_that_is_not_known_is_not_asked_for_at_each_request() -> None:
    """Looking a name up may take seconds of the application's: it is tried twice a minute."""
    now = [0.0]
    transport = UdpTransport("nowhere.invalid", 2000, clock=lambda: now[0])
    errors = []
    for now[0] in (0.0, PAUSE - 1, PAUSE + 1):
        with pytest.raises(TransportError, match="cannot reach the X-Ray daemon at nowhere") as one:
            transport.send(b"x", 1)
        errors.append(one.value.__cause__)

    assert errors[0] is errors[1]
    assert errors[1] is not errors[2]
