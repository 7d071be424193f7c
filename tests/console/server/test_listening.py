from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest

from otel_xray.console.server.listening import Listening, address, listen
from otel_xray.errors import ConfigurationError


@pytest.fixture
def taken() -> Iterator[int]:
    """Return a port on which somebody listens."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def closed(listening: Listening) -> Listening:
    """Close the sockets and return them for a look at what they were."""
    listening.close()
    return listening


def test_http_and_udp_share_a_port() -> None:
    """A free port is free for both, and the OTLP port is another one."""
    listening = listen("127.0.0.1", 0, 0)
    try:
        assert address(listening.http) == address(listening.udp)
        assert address(listening.otlp) != address(listening.http)
        assert 2 == len(listening.streams())
        assert listening.loopback
    finally:
        listening.close()


def test_equal_ports_are_one_socket() -> None:
    """Everything may live on one port."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    listening = closed(listen("127.0.0.1", port, port))
    assert 1 == len(listening.streams())


def test_a_port_in_use_is_named_with_the_remedy(taken: int) -> None:
    """The message says which address, why, and which option changes it."""
    with pytest.raises(ConfigurationError, match=f"127.0.0.1:{taken}: .*another port with --port "):
        listen("127.0.0.1", taken, 0)
    with pytest.raises(ConfigurationError, match=f"127.0.0.1:{taken}: .*port with --otlp-port "):
        listen("127.0.0.1", 0, taken)


def test_a_udp_port_in_use_is_named_too() -> None:
    """An X-Ray daemon that runs already has the UDP port."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as daemon:
        daemon.bind(("127.0.0.1", 0))
        port = daemon.getsockname()[1]
        with pytest.raises(ConfigurationError, match=f"UDP 127.0.0.1:{port}: "):
            listen("127.0.0.1", port, 0)
    closed(listen("127.0.0.1", port, 0))


@pytest.mark.parametrize("host", ["no.such.host.invalid", "x" * 300, "256.1.1.1"])
def test_a_host_that_is_not_known_is_refused(host: str) -> None:
    """The remedy is the default."""
    with pytest.raises(ConfigurationError, match=r"is not known .*use --host 127"):
        listen(host, 0, 0)


def test_a_host_that_is_elsewhere_is_refused() -> None:
    """An address that is not this machine's cannot be bound (RFC 5737 reserves it)."""
    with pytest.raises(ConfigurationError, match=r"Cannot listen on 192\.0\.2\.1:0"):
        listen("192.0.2.1", 0, 0)


def test_segments_come_over_loopback_whatever_http_does() -> None:
    """A datagram carries no token, so nobody else may send any."""
    listening = listen("0.0.0.0", 0, 0)
    try:
        assert not listening.loopback
        assert address(listening.udp).host == "127.0.0.1"
        assert address(listening.udp).port == address(listening.http).port
    finally:
        listening.close()


def test_ipv6_loopback_is_loopback() -> None:
    """Brackets are for URLs, not for --host."""
    try:
        listening = listen("::1", 0, 0)
    except ConfigurationError as error:
        pytest.skip(f"no IPv6 here: {error}")
    listening.close()
    assert listening.loopback
