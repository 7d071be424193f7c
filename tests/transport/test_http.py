from __future__ import annotations

import gzip
import os
import socket
import threading
import time
from contextlib import closing
from email.utils import formatdate

import pytest

from otel_xray.errors import TransportError
from otel_xray.transport.http import LONGEST_ANSWER, HttpTransport
from tests.alone import alone
from tests.transport.receivers import Receiver


def test_payloads_travel_over_one_connection_with_the_headers(receiver: Receiver) -> None:
    """Requests carry body, headers, path and query, and reuse the connection."""
    headers = {"Content-Type": "x/y", "Authorization": "s3cret"}
    with closing(HttpTransport(receiver.url, headers)) as transport:
        transport.send(b"one", 5)
        transport.send(b"two", 5)

    assert [b"one", b"two"] == receiver.bodies
    assert {"path": "/v1/traces?a=b", "Content-Type": "x/y", "Authorization": "s3cret"}.items() <= (
        receiver.headers[1].items()
    )
    assert 1 == receiver.connections


def test_bodies_are_compressed_when_asked(receiver: Receiver) -> None:
    """A gzipped body says so and decompresses to the payload."""
    with closing(HttpTransport(receiver.url, {}, compress=True)) as transport:
        transport.send(b"payload", 5)

    assert b"payload" == gzip.decompress(receiver.bodies[0])
    assert "gzip" == receiver.headers[0]["Content-Encoding"]


@pytest.mark.parametrize(
    ("status", "headers", "retry_after"),
    [
        (400, {}, None),
        (404, {"Retry-After": "1"}, None),
        (500, {}, None),
        (429, {"Retry-After": "7"}, 7.0),
        (503, {}, 0.0),
        (502, {"Retry-After": "Wed, 25 Nov 2020 02:00:00 GMT"}, 0.0),
        (504, {"Retry-After": "in a moment"}, 0.0),
    ],
)
def test_an_answer_decides_whether_to_try_again(
    receiver: Receiver, status: int, headers: dict[str, str], retry_after: float | None
) -> None:
    """OTLP's retryable codes carry a wait; every other failure is final, and quotes the reason."""
    receiver.answers.append((status, headers, b"no\nroom"))

    with (
        closing(HttpTransport(receiver.url, {"Authorization": "s3cret"})) as transport,
        pytest.raises(TransportError, match=f"answered {status} .noroom.") as caught,
    ):
        transport.send(b"x", 5)

    assert retry_after == caught.value.retry_after
    assert "s3cret" not in str(caught.value)


def test_an_idle_connection_that_was_closed_is_replaced(receiver: Receiver) -> None:
    """A connection that the other side has closed meanwhile costs no payload."""
    receiver.answers.append((200, {"Connection": "close"}, b""))

    with closing(HttpTransport(receiver.url, {})) as transport:
        transport.send(b"one", 5)
        transport.send(b"two", 5)

    assert [b"one", b"two"] == receiver.bodies
    assert 2 == receiver.connections


def receive(connection: socket.socket) -> bytes:
    """Read a request whose body is one or two."""
    received = b""
    while not received.endswith((b"one", b"two")):
        received += connection.recv(65_536)
    return received


def test_a_connection_that_breaks_unannounced_is_replaced() -> None:
    """A kept connection that turns out dead is opened again for the same payload."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(10)
        transport = HttpTransport(f"http://127.0.0.1:{server.getsockname()[1]}/", {})
        seen: list[bytes] = []

        def serve() -> None:
            for _ in range(2):
                connection, _ = server.accept()
                with connection:
                    seen.append(receive(connection))
                    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")

        thread = threading.Thread(target=serve)
        thread.start()
        transport.send(b"one", 5)
        transport.send(b"two", 5)
        thread.join()
        transport.close()

    assert seen[0].endswith(b"one")
    assert seen[1].endswith(b"two")


def test_nobody_listening_may_be_tried_again() -> None:
    """A refused connection names the URL and the reason."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]

    with pytest.raises(
        TransportError, match=f"http://127.0.0.1:{port}/ .Connection refused"
    ) as caught:
        HttpTransport(f"http://127.0.0.1:{port}/", {}).send(b"x", 5)

    assert 0.0 == caught.value.retry_after


def test_a_silent_receiver_is_given_up_in_time() -> None:
    """A server that accepts and never answers costs no more than the timeout."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        url = f"http://127.0.0.1:{server.getsockname()[1]}/"

        with pytest.raises(TransportError, match="timed out"):
            HttpTransport(url, {}).send(b"x", 0.2)


def test_garbage_instead_of_http_is_an_error() -> None:
    """An answer that is no HTTP is a TransportError like any other."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        url = f"http://127.0.0.1:{server.getsockname()[1]}/"

        def serve() -> None:
            connection, _ = server.accept()
            with connection:
                connection.recv(65_536)
                connection.sendall(b"\x00\x01garbage\r\n\r\n")

        thread = threading.Thread(target=serve)
        thread.start()
        with pytest.raises(TransportError, match="cannot reach"):
            HttpTransport(url, {}).send(b"x", 5)
        thread.join()


def test_a_date_to_try_again_at_is_a_wait(receiver: Receiver) -> None:
    """Retry-After may be a date, which is so many seconds from now."""
    at = time.time() + 3600
    receiver.answers.append((503, {"Retry-After": formatdate(at, usegmt=True)}, b""))

    with (
        closing(HttpTransport(receiver.url, {})) as transport,
        pytest.raises(TransportError) as caught,
    ):
        transport.send(b"x", 5)

    assert 3500 < (caught.value.retry_after or 0) <= 3600


def test_redirects_are_not_followed(receiver: Receiver) -> None:
    """Whoever redirects gets neither the spans nor the credentials sent to another place."""
    receiver.answers.append((307, {"Location": receiver.url}, b""))

    with (
        closing(HttpTransport(receiver.url, {"Authorization": "s3cret"})) as transport,
        pytest.raises(TransportError, match=r"answered 307 .redirects are not followed") as caught,
    ):
        transport.send(b"x", 5)

    assert 1 == len(receiver.bodies)
    assert caught.value.retry_after is None


def test_what_is_too_large_may_be_divided(receiver: Receiver) -> None:
    """413 is the one refusal that parts may escape."""
    receiver.answers.append((413, {}, b""))

    with (
        closing(HttpTransport(receiver.url, {})) as transport,
        pytest.raises(TransportError) as caught,
    ):
        transport.send(b"x", 5)

    assert caught.value.too_large


def test_the_answer_is_returned_as_far_as_anybody_reads_it(receiver: Receiver) -> None:
    """An answer without end is cut off, with its connection."""
    receiver.answers += [(200, {}, b"fine"), (200, {}, b"x" * (LONGEST_ANSWER + 1))]

    with closing(HttpTransport(receiver.url, {})) as transport:
        assert b"fine" == transport.send(b"one", 5)
        assert LONGEST_ANSWER == len(transport.send(b"two", 5))
        assert b"" == transport.send(b"three", 5)

    assert 2 == receiver.connections


def test_a_password_in_the_url_is_a_header_and_in_no_error(receiver: Receiver) -> None:
    """User, password and query of the URL reach the receiver, and nobody who reads the log."""
    receiver.answers.append((400, {}, b""))
    url = receiver.url.replace("//", "//me:p%40ss@").replace("a=b", "key=s3cret")

    with (
        closing(HttpTransport(url, {})) as transport,
        pytest.raises(
            TransportError, match=r"http://127.0.0.1:[0-9]+/v1/traces answered"
        ) as caught,
    ):
        transport.send(b"x", 5)

    assert "Basic bWU6cEBzcw==" == receiver.headers[0]["Authorization"]
    assert "/v1/traces?key=s3cret" == receiver.headers[0]["path"]
    assert "me" not in str(caught.value).split("answered")[0]
    assert "s3cret" not in str(caught.value)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of forking beside threads
@alone
def test_a_child_does_not_wait_for_its_parents_request(receiver: Receiver) -> None:
    """A process that forks in the middle of a request leaves no lock behind in the child."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        transport = HttpTransport(f"http://127.0.0.1:{silent.getsockname()[1]}/", {})
        hanging = threading.Thread(target=_send_until_closed, args=(transport,))
        hanging.start()
        connection, _ = silent.accept()
        child = os.fork()
        if child == 0:
            transport._route = HttpTransport(receiver.url, {})._route
            transport.send(b"of the child", 5)
            os._exit(0)
        _, status = os.waitpid(child, 0)
        connection.close()
        hanging.join()

    assert 0 == status
    assert [b"of the child"] == receiver.bodies


def _send_until_closed(transport: HttpTransport) -> None:
    with pytest.raises(TransportError):
        transport.send(b"of the parent", 30)
