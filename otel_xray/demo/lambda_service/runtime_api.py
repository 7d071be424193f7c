"""
The Runtime API that a function's process talks to (Lambda developer guide, "Runtime API").

Every request of the runtime becomes a happening in a queue, with the time at which it came in;
whoever runs the function reads the queue and needs no other state.
"""

from __future__ import annotations

import queue
import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import TypeAlias, Union

from otel_xray.demo.lambda_service.endpoint import Endpoint, Reply, Request, Route
from otel_xray.demo.lambda_service.function import Function, Invocation
from otel_xray.model import header

_PREFIX = "/2018-06-01/runtime"


@dataclass(frozen=True, slots=True)
class Ready:
    """The runtime asked for work."""

    time: float


@dataclass(frozen=True, slots=True)
class Responded:
    """The runtime posted the handler's return value."""

    time: float
    payload: bytes


@dataclass(frozen=True, slots=True)
class Raised:
    """
    The runtime posted an error, of the handler or of its initialization.

    Attributes:
        cause: JSON text of a segment document's cause; empty when the runtime sent none.
    """

    time: float
    payload: bytes
    cause: str


@dataclass(frozen=True, slots=True)
class Exited:
    """The process ended, with this return code (negative: the signal)."""

    time: float
    code: int


Happening: TypeAlias = Union[Ready, Responded, Raised, Exited]


class RuntimeApi:
    """
    Hands invocations to one runtime process and collects what it does.

    Args:
        routes: what else is served at the same address; they go before its own.

    Attributes:
        happenings: what the runtime did, in order.
    """

    def __init__(self, function: Function, routes: Sequence[Route] = ()) -> None:
        self._function = function
        self._pending: queue.SimpleQueue[Callable[[], Reply] | None] = queue.SimpleQueue()
        self.happenings: queue.SimpleQueue[Happening] = queue.SimpleQueue()
        result = rf"{_PREFIX}/invocation/[^/]+"
        self._endpoint = Endpoint(
            (
                *routes,
                ("GET", re.compile(rf"{_PREFIX}/invocation/next"), self._next),
                ("POST", re.compile(rf"{result}/response"), self._response),
                ("POST", re.compile(rf"{result}/error"), self._error),
                ("POST", re.compile(rf"{_PREFIX}/init/error"), self._error),
            )
        )

    @property
    def address(self) -> str:
        """The value of AWS_LAMBDA_RUNTIME_API."""
        return self._endpoint.address

    def hand_out(self, invocation: Invocation) -> None:
        """Answer the runtime's request for work, now or when it comes."""
        self.answer(lambda: self._reply(invocation))

    def answer(self, reply: Callable[[], Reply]) -> None:
        """Answer the runtime's request for work with what *reply* returns when it comes."""
        self._pending.put(reply)

    def close(self) -> None:
        """Refuse further work and stop listening."""
        self._pending.put(None)
        self._endpoint.close()

    def _next(self, request: Request) -> Reply:
        del request
        self.happenings.put(Ready(time.time()))
        reply = self._pending.get()
        if reply is None:
            return Reply(HTTPStatus.GONE, b"The execution environment is shut down.")
        return reply()

    def _reply(self, invocation: Invocation) -> Reply:
        deadline = time.time() + self._function.timeout
        return Reply(
            HTTPStatus.OK,
            invocation.payload,
            {
                "Content-Type": "application/json",
                "Lambda-Runtime-Aws-Request-Id": invocation.request_id,
                "Lambda-Runtime-Deadline-Ms": str(int(deadline * 1000)),
                "Lambda-Runtime-Invoked-Function-Arn": self._function.arn,
                "Lambda-Runtime-Trace-Id": header.format(invocation.header),
            },
        )

    def _response(self, request: Request) -> Reply:
        self.happenings.put(Responded(time.time(), request.body))
        return _ACCEPTED

    def _error(self, request: Request) -> Reply:
        cause = request.headers.get("Lambda-Runtime-Function-XRay-Error-Cause", "")
        self.happenings.put(Raised(time.time(), request.body, cause))
        return _ACCEPTED


_ACCEPTED = Reply(HTTPStatus.ACCEPTED, b'{"status":"OK"}', {"Content-Type": "application/json"})
