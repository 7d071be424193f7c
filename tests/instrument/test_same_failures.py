"""A call fails exactly as it failed without us."""

from __future__ import annotations

import re
import socket
import traceback
from collections.abc import Callable
from typing import Any

import pytest
import requests
from botocore.exceptions import ClientError
from opentelemetry.trace import Tracer
from requests.adapters import BaseAdapter, HTTPAdapter

from otel_xray import instrument
from tests.instrument.conftest import MakeClient
from tests.instrument.making import TABLE, refused
from tests.instrument.servers import Answer, Server

pytestmark = pytest.mark.slow

NOBODY = "http://127.0.0.1:1"
Fail = Callable[[Any, str], object]


def interrupted(event: str, error: BaseException) -> Fail:
    """Return a call in which a handler of the application raises."""

    def fail(client: Any, _url: str) -> object:
        def handler(**_: object) -> None:
            raise error

        client.meta.events.register(event, handler)
        try:
            return client.get_item(**TABLE)
        finally:
            client.meta.events.unregister(event, handler)

    return fail


class Raising(BaseAdapter):
    """An adapter of the application's own."""

    def send(self, *_: Any, **__: Any) -> requests.Response:
        """Fail."""
        raise OSError(5, "mine")

    def close(self) -> None:
        """Do nothing."""


class Interrupted(HTTPAdapter):
    """An adapter on top of requests' own."""

    def add_headers(self, *_: Any, **__: Any) -> None:
        """Stop the program."""
        raise KeyboardInterrupt


def mounted(adapter: BaseAdapter) -> Fail:
    """Return a call through an adapter of the application."""

    def fail(_client: Any, url: str) -> object:
        with requests.Session() as session:
            session.mount("http://", adapter)
            return session.get(url, timeout=5)

    return fail


FAILURES: dict[str, tuple[list[Answer], Fail]] = {
    "refused": ([refused(400, "Nothing")], lambda client, _: client.get_item(**TABLE)),
    "throttled": ([refused(429, "Throttling")] * 3, lambda client, _: client.get_item(**TABLE)),
    "broken": ([refused(503, "Nothing")] * 3, lambda client, _: client.get_item(**TABLE)),
    "invalid": ([], lambda client, _: client.get_item(TableName=1)),
    "unknown parameter": ([], lambda client, _: client.get_item(**TABLE, Nothing=1)),
    "positional": ([], lambda client, _: client.get_item(TABLE)),
    "no operation": ([], lambda client, _: client.get_nothing()),
    "no page": ([], lambda client, _: client.get_paginator("get_item")),
    "waiter": (
        [refused(400, "ResourceNotFoundException")] * 2,
        lambda client, _: client.get_waiter("table_exists").wait(
            TableName="orders", WaiterConfig={"Delay": 0, "MaxAttempts": 2}
        ),
    ),
    "handler": ([], interrupted("before-send", RuntimeError("mine"))),
    "early handler": ([], interrupted("provide-client-params", RuntimeError("mine"))),
    "stopped": ([], interrupted("before-sign", KeyboardInterrupt("mine"))),
    "exit": ([], interrupted("after-call", SystemExit(3))),
    "requests nobody": ([], lambda _, __: requests.get(f"{NOBODY}/a?b=c", timeout=5)),
    "requests status": (
        [Answer(500)],
        lambda _, url: requests.get(url, timeout=5).raise_for_status(),
    ),
    "requests cut": ([Answer(missing=5)], lambda _, url: requests.get(url, timeout=5)),
    "requests loop": (
        [Answer(302, {"Location": "/"})] * 31,
        lambda _, url: requests.get(url, timeout=5),
    ),
    "requests scheme": ([], lambda _, __: requests.get("nothing://here", timeout=5)),
    "requests URL": ([], lambda _, __: requests.get("http://[", timeout=5)),
    "requests adapter": ([], mounted(Raising())),
    "requests stopped": ([], mounted(Interrupted())),
    "requests argument": ([], lambda _, url: requests.get(url, timeout="soon")),  # type: ignore[arg-type]
}


def nothing() -> None:
    """Leave everything as it is."""


def outcome(fail: Fail, client: Any, url: str) -> list[object]:
    """Return what the application sees of a failure."""
    found: list[object] = []
    try:
        fail(client, url)
    except BaseException as raised:  # noqa: BLE001  what stops a program is among them
        error: BaseException | None = raised
        while error is not None:
            frame = traceback.extract_tb(error.__traceback__)[-1] if error.__traceback__ else None
            place = frame and (frame.filename, frame.lineno, frame.name)
            found.append(
                (type(error), repr(error.args), str(error), place, error.__suppress_context__)
            )
            if isinstance(error, ClientError):
                found.append(error.response["Error"])
            error = error.__cause__ or error.__context__
    return found


def stripped(found: list[object]) -> str:
    """Return an outcome without what differs each time: addresses of objects, ports and dates."""
    return re.sub(r"0x[0-9a-f]+|127\.0\.0\.1:\d+|port=\d+|'date': '[^']+'", "", repr(found))


@pytest.mark.parametrize("name", FAILURES)
def test_a_call_fails_exactly_as_it_failed_without_us(
    name: str, client: MakeClient, server: Server, tracer: Tracer
) -> None:
    """Type, arguments, text, last frame and chain of the exception are the same."""
    answers, fail = FAILURES[name]
    made = client()
    outcomes = []
    for install in (nothing, instrument.install, instrument.uninstall):
        install()
        server.answers[:] = answers
        with tracer.start_as_current_span("work"):
            outcomes.append(stripped(outcome(fail, made, server.url)))
    assert "[]" != outcomes[0]
    assert [outcomes[0]] * 3 == outcomes


def test_a_time_out_is_the_one_that_it_was(client: MakeClient, tracer: Tracer) -> None:
    """Nobody answers within the time that the application gives."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        calls: list[Fail] = [
            lambda client, _: client.get_item(**TABLE),
            lambda _, url: requests.get(url, timeout=(5, 0.05)),
        ]
        slow = client(url=url, read_timeout=0.05)
        for call in calls:
            outcomes = []
            for install in (nothing, instrument.install):
                install()
                with tracer.start_as_current_span("work"):
                    outcomes.append(stripped(outcome(call, slow, url)))
            assert outcomes[0] == outcomes[1]
            assert "imeout" in outcomes[0]
            instrument.uninstall()
