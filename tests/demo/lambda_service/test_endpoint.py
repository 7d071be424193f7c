"""The small HTTP server."""

from __future__ import annotations

import re
import socket
import struct
from collections.abc import Iterator
from contextlib import closing
from http import HTTPStatus

import pytest

from otel_xray.demo.http_calls import call
from otel_xray.demo.lambda_service.endpoint import Endpoint, Reply, Request
from otel_xray.errors import ConfigurationError


def _echo(request: Request) -> Reply:
    return Reply(HTTPStatus.OK, request.body, {"X-Word": request.words[0]})


def _fail(request: Request) -> Reply:
    raise RuntimeError(request.words)


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    """Serve two routes."""
    routes = (
        ("POST", re.compile(r"/echo/([^/]+)"), _echo),
        ("PUT", re.compile(r"/echo/([^/]+)"), _echo),
        ("GET", re.compile(r"/fail"), _fail),
    )
    with closing(Endpoint(routes)) as endpoint:
        yield endpoint


@pytest.mark.parametrize("method", ["POST", "PUT"])
def test_a_route_gets_words_and_body(endpoint: Endpoint, method: str) -> None:
    """The pattern's groups and the body reach the route; a query does not matter."""
    answer = call(method, f"http://{endpoint.address}/echo/hello?x=1", {"a": 1})
    assert (answer.status, answer.headers["x-word"], answer.json()) == (200, "hello", {"a": 1})


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "/echo/hello"), ("POST", "/echo"), ("GET", "/")]
)
def test_other_paths_are_not_found(endpoint: Endpoint, method: str, path: str) -> None:
    """A path or method without a route is answered with 404 that quotes it."""
    answer = call(method, f"http://{endpoint.address}{path}")
    assert answer.status == 404
    assert f"{method} {path}" in answer.body.decode()


def test_a_client_that_leaves_is_not_worth_a_word(
    endpoint: Endpoint, capfd: pytest.CaptureFixture[str]
) -> None:
    """A connection that is reset in mid-request leaves nothing on stderr, and the server runs."""
    host, port = endpoint.address.split(":")
    with socket.create_connection((host, int(port))) as gone:
        gone.sendall(b"POST /echo/x HTTP/1.1\r\nContent-Length: 10\r\n\r\n123")
        gone.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    assert call("POST", f"http://{endpoint.address}/echo/x").status == 200
    assert capfd.readouterr().err == ""


def test_a_failure_of_a_route_is_told(
    endpoint: Endpoint, capfd: pytest.CaptureFixture[str]
) -> None:
    """A route that raises closes the connection and leaves its traceback on stderr."""
    host, port = endpoint.address.split(":")
    with socket.create_connection((host, int(port)), timeout=5) as connection:
        connection.sendall(b"GET /fail HTTP/1.1\r\n\r\n")
        assert connection.recv(100) == b""
    assert "RuntimeError" in capfd.readouterr().err


def test_a_port_in_use_is_a_configuration_error(endpoint: Endpoint) -> None:
    """A port that somebody has is named, with the remedy."""
    port = int(endpoint.address.split(":")[1])
    with pytest.raises(ConfigurationError, match=rf"127.0.0.1:{port} .*choose another port"):
        Endpoint((), port)
