"""The Lambda API that callers see: ``Invoke``, for functions that were created here."""

from __future__ import annotations

import json
import re
import time
import uuid
from http import HTTPStatus

from otel_xray.demo.lambda_service import tracing
from otel_xray.demo.lambda_service.endpoint import Endpoint, Reply, Request
from otel_xray.demo.lambda_service.function import Function, Invocation, Outcome
from otel_xray.demo.lambda_service.invoker import Invoker, Recorder
from otel_xray.model import header

_INVOKE = re.compile(r"/2015-03-31/functions/([^/]+)/invocations")
_JSON = {"Content-Type": "application/json"}


class LambdaService:
    """
    Serves ``POST /2015-03-31/functions/{name}/invocations`` on the loopback.

    Args:
        record: gets the service's own X-Ray segments.
        port: 0 chooses a free one.
    """

    def __init__(self, record: Recorder, port: int = 0) -> None:
        self._record = record
        self._invokers: dict[str, Invoker] = {}
        self._endpoint = Endpoint((("POST", _INVOKE, self._invoke),), port)

    @property
    def url(self) -> str:
        """The endpoint, as AWS_ENDPOINT_URL_LAMBDA wants it."""
        return f"http://{self._endpoint.address}"

    def create_function(self, function: Function) -> None:
        """Make *function* callable; nothing is started before its first invocation."""
        self._invokers[function.name] = Invoker(function, self._record)

    def close(self) -> None:
        """End every execution environment and stop listening."""
        for invoker in self._invokers.values():
            invoker.close()
        self._endpoint.close()

    def _invoke(self, request: Request) -> Reply:
        (name,) = request.words
        invoker = self._invokers.get(name)
        if invoker is None:
            return _not_found(name)
        kind = request.headers.get("X-Amz-Invocation-Type", "RequestResponse")
        if kind not in _QUEUED:
            return _error("InvalidParameterValueException", f"There is no invocation type {kind}.")
        caller = tracing.read(request.headers.get("X-Amzn-Trace-Id"))
        invocation = Invocation(
            request_id=str(uuid.uuid4()),
            payload=request.body or b"{}",
            caller=caller,
            header=tracing.for_function(caller, invoker.function),
            arrived=time.time(),
            queued=_QUEUED[kind],
        )
        future = invoker.submit(invocation)
        return _accepted(invocation) if invocation.queued else _result(invocation, future.result())


_QUEUED = {"RequestResponse": False, "Event": True}  # X-Amz-Invocation-Type


def _headers(invocation: Invocation) -> dict[str, str]:
    return {
        **_JSON,
        "x-amzn-RequestId": invocation.request_id,
        "X-Amzn-Trace-Id": header.format(invocation.header),
    }


def _accepted(invocation: Invocation) -> Reply:
    return Reply(HTTPStatus.ACCEPTED, b"", _headers(invocation))


def _result(invocation: Invocation, outcome: Outcome) -> Reply:
    headers = {**_headers(invocation), "X-Amz-Executed-Version": "$LATEST"}
    if outcome.failure is not None:
        headers["X-Amz-Function-Error"] = "Unhandled"
    return Reply(HTTPStatus.OK, outcome.payload, headers)


def _not_found(name: str) -> Reply:
    return _error("ResourceNotFoundException", f"Function not found: {name}", HTTPStatus.NOT_FOUND)


def _error(kind: str, message: str, status: HTTPStatus = HTTPStatus.BAD_REQUEST) -> Reply:
    body = json.dumps({"Type": "User", "Message": message}).encode()
    headers = {**_JSON, "x-amzn-ErrorType": kind, "x-amzn-RequestId": str(uuid.uuid4())}
    return Reply(status, body, headers)
