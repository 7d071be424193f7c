"""A real server of WSGI applications on the loopback, with a thread for each request."""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.client import HTTPConnection
from socketserver import ThreadingMixIn
from threading import Thread
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from tests.compat.ext.web_contract import Answer

Question = tuple[str, Mapping[str, str]]  # path and headers


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = False  # closing it waits for them
    request_queue_size = 64


class _Handler(WSGIRequestHandler):
    def log_message(self, *_arguments: Any) -> None:
        """Say nothing."""


@contextmanager
def serving(app: Any) -> Generator[int]:
    """Serve *app* inside the block, at a port of the loopback."""
    with make_server("127.0.0.1", 0, app, _Server, _Handler) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server.server_port
        finally:
            server.shutdown()
            thread.join()


def ask_together(app: Any, questions: Sequence[Question]) -> list[Answer]:
    """Serve *app* while all *questions* are asked at the same time."""
    with serving(app) as port, ThreadPoolExecutor(len(questions)) as threads:
        return list(threads.map(lambda question: _ask(port, *question), questions))


def _ask(port: int, path: str, headers: Mapping[str, str]) -> Answer:
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request("GET", path, headers=dict(headers))
        response = connection.getresponse()
        return Answer(response.status, response.read().decode(), dict(response.headers))
    finally:
        connection.close()
