"""TLS and proxies on the way to a receiver."""

from __future__ import annotations

import socket
import sys
import threading
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest

from otel_xray.errors import TransportError
from otel_xray.setting_values import Tls
from otel_xray.transport.http import HttpTransport
from tests.transport.certificates import Authority, server_context
from tests.transport.receivers import Receiver, running

pytestmark = pytest.mark.slow


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    """Return an authority that nobody knows."""
    return Authority(tmp_path)


@pytest.fixture
def secure(authority: Authority) -> Iterator[Receiver]:
    """Return a receiver that speaks TLS."""
    with running(server_context(authority.issue("server"))) as server:
        yield server


def test_an_authority_of_ones_own_is_believed(secure: Receiver, authority: Authority) -> None:
    """The receiver's certificate is checked against the file that the settings name."""
    tls = Tls(certificate=authority.certificate)
    with closing(HttpTransport(secure.url, {}, tls=tls)) as transport:
        transport.send(b"one", 5)
        transport.send(b"two", 5)

    assert [b"one", b"two"] == secure.bodies
    assert 1 == secure.connections


def test_nobody_else_is_believed(secure: Receiver) -> None:
    """A certificate that no known authority has signed gets no spans."""
    with (
        closing(HttpTransport(secure.url, {})) as transport,
        pytest.raises(TransportError, match=r"cannot reach https://.*certificate"),
    ):
        transport.send(b"x", 5)

    assert [] == secure.bodies


def test_a_client_shows_its_certificate(authority: Authority) -> None:
    """A receiver that asks who is there is shown the certificate of the settings."""
    own = authority.issue("client")
    context = server_context(authority.issue("server"), clients=authority.certificate)
    with running(context) as asking:
        tls = Tls(authority.certificate, own.certificate, own.key)
        with closing(HttpTransport(asking.url, {}, tls=tls)) as transport:
            transport.send(b"known", 5)
        with (
            closing(HttpTransport(asking.url, {}, tls=Tls(authority.certificate))) as transport,
            pytest.raises(TransportError),
        ):
            transport.send(b"unknown", 5)

    assert [b"known"] == asking.bodies


class Proxy:
    """
    Tunnels one connection.

    Attributes:
        asked: the request for the tunnel.
    """

    def __init__(self) -> None:
        self.asked = b""
        self._server = socket.create_server(("127.0.0.1", 0))
        self._server.settimeout(10)
        self._threads = [threading.Thread(target=self._serve)]
        self._threads[0].start()

    @property
    def url(self) -> str:
        """With a user, who has a password."""
        return f"http://me:s3cret@127.0.0.1:{self._server.getsockname()[1]}"

    def close(self) -> None:
        """End."""
        for thread in self._threads:
            thread.join()
        self._server.close()

    def _serve(self) -> None:
        client, _ = self._server.accept()
        while not self.asked.endswith(b"\r\n\r\n"):
            self.asked += client.recv(4096)
        host, _, port = self.asked.split()[1].decode().partition(":")
        target = socket.create_connection((host, int(port)))
        client.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
        for one, other in ((client, target), (target, client)):
            thread = threading.Thread(target=_pump, args=(one, other))
            self._threads.append(thread)
            thread.start()
        for thread in self._threads[1:]:
            thread.join()
        client.close()
        target.close()


def _pump(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):  # either side may hang up first
        while data := source.recv(65_536):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)


def test_https_goes_through_a_tunnel(secure: Receiver, authority: Authority) -> None:
    """The proxy learns where to, and who asks; what is said inside it does not see."""
    proxy = Proxy()
    tls = Tls(authority.certificate)
    headers = {"Authorization": "for the receiver"}
    through = HttpTransport(secure.url, headers, tls=tls, proxy=proxy.url)
    with closing(proxy), closing(through) as transport:
        transport.send(b"one", 5)
        transport.send(b"two", 5)

    assert [b"one", b"two"] == secure.bodies
    assert proxy.asked.startswith(f"CONNECT 127.0.0.1:{secure.server_port} ".encode())
    assert b"Proxy-Authorization: Basic bWU6czNjcmV0" in proxy.asked
    assert b"for the receiver" not in proxy.asked
    assert "Proxy-Authorization" not in secure.headers[0]


def test_http_is_read_by_the_proxy(receiver: Receiver) -> None:
    """A proxy gets the whole URL, and its own credentials beside the receiver's."""
    proxy = f"http://me:s3cret@127.0.0.1:{receiver.server_port}"
    url = "http://collector.example:4318/v1/traces?a=b"
    with closing(HttpTransport(url, {}, proxy=proxy)) as transport:
        transport.send(b"x", 5)

    assert url == receiver.headers[0]["path"]
    assert "collector.example:4318" == receiver.headers[0]["Host"]
    assert "Basic bWU6czNjcmV0" == receiver.headers[0]["Proxy-Authorization"]


@pytest.mark.skipif(
    sys.version_info < (3, 11), reason="its http.client leaves a refused tunnel's socket open"
)
def test_a_proxy_that_refuses_is_said(receiver: Receiver) -> None:
    """The reason that a tunnel was not made ends up in the error, the password does not."""
    receiver.answers.append((407, {}, b""))
    proxy = f"http://me:s3cret@127.0.0.1:{receiver.server_port}"
    with (
        closing(HttpTransport("https://collector.example/", {}, proxy=proxy)) as transport,
        pytest.raises(TransportError, match=r"cannot reach https://collector.example/") as caught,
    ):
        transport.send(b"x", 5)

    assert "s3cret" not in str(caught.value)
