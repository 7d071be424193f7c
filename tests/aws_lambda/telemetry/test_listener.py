"""Receiving what the platform posts, with bounded memory."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import closing
from urllib.parse import urlsplit

import pytest

from otel_xray.aws_lambda.telemetry import http_messages, listener
from otel_xray.aws_lambda.telemetry.listener import LARGEST_BODY, MOST_KEPT, Listener

pytestmark = pytest.mark.slow

HEADERS = {"Content-Type": "application/json"}


@pytest.fixture
def listening() -> Iterator[Listener]:
    """Listen."""
    with closing(Listener()) as listening:
        yield listening


def send(listening: Listener, *parts: bytes) -> bytes:
    """Send bytes, say that there are no more, and return the answer."""
    port = urlsplit(listening.uri).port
    with socket.create_connection(("127.0.0.1", port), 10) as connection:
        for part in parts:
            connection.sendall(part)
        connection.shutdown(socket.SHUT_WR)
        return connection.recv(1000)


def post(listening: Listener, body: bytes) -> bytes:
    """Post *body* and return the answer."""
    return send(listening, http_messages.request("POST", "/", HEADERS, body))


def test_bodies_are_kept_until_they_are_taken(listening: Listener) -> None:
    """Each body is answered with 200, kept as it is and given once, in order."""
    assert post(listening, b"[1]").startswith(b"HTTP/1.1 200 ")
    assert post(listening, b"\xff").startswith(b"HTTP/1.1 200 ")

    assert [b"[1]", b"\xff"] == listening.take()
    assert [] == listening.take()
    assert listening.lost == 0


def test_a_message_may_come_in_pieces(listening: Listener) -> None:
    """A head and a body that are cut anywhere are put together."""
    whole = http_messages.request("POST", "/", HEADERS, b"0123456789")
    send(listening, whole[:20], whole[20:-4], whole[-4:])

    assert [b"0123456789"] == listening.take()


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"nonsense",
        b"POST / HTTP/1.1\r\n\r\n",
        b"POST / HTTP/1.1\r\nContent-Length: x\r\n\r\n",
        b"POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
        b"POST / HTTP/1.1\r\nContent-Length: 10\r\n\r\n123",
        b"POST / HTTP/1.1\r\nContent-Length: %d\r\n\r\n" % (LARGEST_BODY + 1),
        b"POST / HTTP/1.1\r\nContent-Length: 99999999999999999999\r\n\r\n",
        b"POST / HTTP/1.1\r\nX: " + b"x" * 40_000,
    ],
)
def test_what_is_no_message_is_lost_and_counted(listening: Listener, sent: bytes) -> None:
    """Anything else is answered with an error, nothing is kept, and the next one is received."""
    with socket.create_connection(("127.0.0.1", urlsplit(listening.uri).port), 10) as connection:
        connection.sendall(sent)
        connection.shutdown(socket.SHUT_WR)
    assert post(listening, b"good").startswith(b"HTTP/1.1 200 ")

    assert [b"good"] == listening.take()
    assert listening.lost == 1


def test_memory_is_bounded(listening: Listener) -> None:
    """What comes when enough waits to be taken is lost; after that there is room again."""
    body = b"x" * (LARGEST_BODY - 1)
    for _ in range(MOST_KEPT // len(body) + 1):
        post(listening, body)

    assert MOST_KEPT // len(body) == len(listening.take())
    assert listening.lost == 1
    post(listening, b"small")
    assert [b"small"] == listening.take()


def test_a_listener_that_is_closed_leaves_no_thread() -> None:
    """Closing ends the thread and frees the port."""
    listening = Listener()
    listening.close()

    assert "otel-xray-platform" not in {thread.name for thread in threading.enumerate()}
    with pytest.raises(OSError, match=r"."):
        post(listening, b"x")


def test_it_listens_on_the_loopback_where_lambdas_name_means_nothing(listening: Listener) -> None:
    """The platform is told its own name, wherever that leads."""
    parts = urlsplit(listening.uri)

    assert listener.HOST == parts.hostname
    with socket.create_connection(("127.0.0.1", parts.port), 5):
        pass
