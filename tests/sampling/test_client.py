from __future__ import annotations

import json
import socket
import subprocess
import sys
from contextlib import suppress
from threading import Event, Thread

import pytest

from otel_xray.errors import TransportError
from otel_xray.sampling.client import LARGEST_ANSWER, SamplingClient
from tests.sampling.service_double import SamplingServer

pytestmark = pytest.mark.slow


def client(server: SamplingServer, timeout: float = 5) -> SamplingClient:
    """Return a client of *server*."""
    return SamplingClient("127.0.0.1", server.server_port, timeout=timeout)


def test_rules_are_asked_for_unsigned(server: SamplingServer) -> None:
    """The request is JSON without a signature, for whoever stands in between signs it."""
    answer = client(server).get_sampling_rules()

    assert ["Default"] == [one["SamplingRule"]["RuleName"] for one in answer["SamplingRuleRecords"]]
    ((path, headers, body),) = server.asked
    assert ("/GetSamplingRules", b"{}") == (path, body)
    assert "application/json" == headers["Content-Type"]
    assert "Authorization" not in headers


def test_statistics_are_posted(server: SamplingServer) -> None:
    """The documents arrive as they are."""
    document = {"RuleName": "Default", "RequestCount": 1}
    answer = client(server).get_sampling_targets(SamplingStatisticsDocuments=[document])

    assert ["Default"] == [one["RuleName"] for one in answer["SamplingTargetDocuments"]]
    ((path, _, body),) = server.asked
    assert "/SamplingTargets" == path
    assert {"SamplingStatisticsDocuments": [document]} == json.loads(body)


@pytest.mark.parametrize("body", [b"", b" \n", b"{}"])
def test_an_empty_answer_says_nothing(server: SamplingServer, body: bytes) -> None:
    """No body at all is as good as an empty object."""
    server.answer = (200, body)

    assert {} == client(server).get_sampling_rules()


@pytest.mark.parametrize(
    ("status", "body", "message"),
    [
        (200, b"<html>", "answered what cannot be read .*: <html>"),
        (200, b"\xff\x00", "answered what cannot be read"),
        (200, b"[1]", r"it is no JSON object\): \[1\]"),
        (200, b"[" * 200_000, "answered what cannot be read"),
        (200, b'"' + b"x" * LARGEST_ANSWER + b'"', "more than 1048576 bytes"),
        (403, b'{"Message": "no\x07"}', r'answered 403 \({"Message": "no"}\)'),
        (500, b"", r"answered 500 \(Internal Server Error\)"),
        (302, b"", "answered 302"),
    ],
)
def test_an_unusable_answer_is_an_error(
    server: SamplingServer, status: int, body: bytes, message: str
) -> None:
    """The error names the address and begins to quote the answer."""
    server.answer = (status, body)

    with pytest.raises(TransportError, match=message) as raised:
        client(server).get_sampling_rules()
    assert f"http://127.0.0.1:{server.server_port}/GetSamplingRules" in str(raised.value)
    assert len(str(raised.value)) < 500


def test_an_unreachable_server_is_an_error() -> None:
    """The error names the address and the reason."""
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]

        with pytest.raises(TransportError, match=f"cannot reach http://127.0.0.1:{port}/Get.*refu"):
            SamplingClient("127.0.0.1", port).get_sampling_rules()


def test_a_silent_server_is_given_up(server: SamplingServer) -> None:
    """After the timeout there is an error, not a thread that waits for ever."""
    server.delay = 0.5

    with pytest.raises(TransportError, match=r"cannot reach .*timed out"):
        client(server, timeout=0.05).get_sampling_rules()


@pytest.mark.parametrize("spoken", [b"", b"garbage\r\n\r\n", b"HTTP/1.1 2"])
def test_what_speaks_no_http_is_an_error(spoken: bytes) -> None:
    """Another kind of server, or one that dies, is no surprise."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def answer() -> None:
            connection, _ = listening.accept()
            with connection:
                connection.recv(1000)
                connection.sendall(spoken)

        thread = Thread(target=answer)
        thread.start()
        with pytest.raises(TransportError, match="cannot reach"):
            SamplingClient("127.0.0.1", listening.getsockname()[1]).get_sampling_rules()
        thread.join()


@pytest.mark.parametrize("version", ["1.0", "1.1"])
def test_a_server_may_hang_up_behind_its_answer(version: str) -> None:
    """Whether it says how long the answer is or not, that is no failure."""
    body = b'{"SamplingRuleRecords": []}'
    head = f"HTTP/{version} 200 OK\r\nConnection: close\r\nContent-Length: {len(body)}\r\n\r\n"
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def answer() -> None:
            connection, _ = listening.accept()
            with connection:
                connection.recv(1000)
                connection.sendall(head.encode() + body)

        thread = Thread(target=answer)
        thread.start()
        found = SamplingClient("127.0.0.1", listening.getsockname()[1]).get_sampling_rules()
        thread.join()

    assert {"SamplingRuleRecords": []} == found


def test_it_loads_no_http_library() -> None:
    """Neither botocore nor requests nor urllib3 costs a start anything."""
    program = (
        "import sys, otel_xray.sampling.client, otel_xray.sampling.poller\n"
        "found = {'botocore', 'boto3', 'requests', 'urllib3', 'opentelemetry'} & set(sys.modules)\n"
        "assert not found, found"
    )

    subprocess.run([sys.executable, "-c", program], check=True)


def test_a_server_that_trickles_is_given_up() -> None:
    """The time is for the whole answer, however little of it comes each time."""
    ended = Event()
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def answer() -> None:
            connection, _ = listening.accept()
            with connection, suppress(OSError):
                connection.recv(1000)
                connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
                while not ended.wait(0.01):  # or until nobody listens any more
                    connection.sendall(b" ")

        thread = Thread(target=answer)
        thread.start()
        port = listening.getsockname()[1]
        with pytest.raises(TransportError, match="timed out"):
            SamplingClient("127.0.0.1", port, timeout=0.1).get_sampling_rules()
        ended.set()
        thread.join()
