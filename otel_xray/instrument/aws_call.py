"""
One call of an AWS API, from the client's method to its end; the same for botocore and aiobotocore.

A call becomes a span on botocore's own event ``before-call``: the request is complete then and
not yet signed, so that the tracing header can be merged, and a call that fails earlier (parameters
that do not validate, a handler of the application that raises) never reaches AWS and is no
subsegment. The end is not left to events, since a handler that raises, or KeyboardInterrupt,
keeps ``after-call`` and ``after-call-error`` from being emitted: a `Call` brackets the client's
method, so that a span always ends and its context is always put back.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextvars import ContextVar, Token
from types import TracebackType
from typing import Any

from opentelemetry import context as otel_context
from opentelemetry.context import Context
from opentelemetry.trace import Span, SpanKind

from otel_xray.instrument import (
    aws_answers,
    aws_operation,
    failures,
    outgoing,
    places,
    tracing_header,
    unfinished,
)
from otel_xray.instrument.aws_operation import Operation
from otel_xray.instrument.extraction import Found
from otel_xray.instrument.shield import Shield
from otel_xray.instrument.unfinished import Unfinished
from otel_xray.mapping import exceptions
from otel_xray.model import keys
from otel_xray.spans import starting

SCOPE = "otel_xray.instrument.botocore"

METHOD = "_make_api_call"  # of every client, which makes all of its calls

_EVENT = "before-call"
_LISTENING = "_otel_xray_listening"

_shield = Shield("tracing an AWS call")


class Call:
    """
    A call; entered around the client's method that makes it.

    Attributes:
        operation: what is the same for all calls like it.
        name: of the operation.
        parent: the context under which its span starts.
        span: None until botocore is about to send the request.
        request: botocore's context of the request.
        outer: call inside which it is made, to be current again afterwards.
        before: context that was current before the span, to be put back.
    """

    __slots__ = (
        "before",
        "client",
        "name",
        "operation",
        "outer",
        "parameters",
        "parent",
        "request",
        "span",
    )

    def __init__(
        self,
        client: Any,
        name: str,
        parameters: Mapping[str, Any],
        operation: Operation,
        parent: Context,
    ) -> None:
        self.client = client
        self.name = name
        self.parameters = parameters
        self.operation = operation
        self.parent = parent
        self.span: Span | None = None
        self.request: Mapping[str, Any] | None = None
        self.outer: Token[Call | None] | None = None
        self.before: Token[Context] | None = None

    def __enter__(self) -> None:
        self.outer = _current.set(self)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if error is not None:
            self._fail(error)
        # A coroutine that is thrown away may be closed in another context, which has no such call.
        if self.outer is not None and _current.get() is self:
            _current.reset(self.outer)
            if self.before is not None:
                otel_context.detach(self.before)

    def begin(self, request: dict[str, Any], context: Mapping[str, Any]) -> None:
        """Start the span, make it current and let *request* name it."""
        self.request = context
        span = starting.start(
            outgoing.tracer(SCOPE),
            self.operation.name,
            self.parent,
            SpanKind.CLIENT,
            self._attributes(request),
        )
        self.span = span
        self.before = otel_context.attach(outgoing.inside(span, self.parent))
        named = span.get_span_context()
        if named.is_valid:
            tracing_header.write(request["headers"], named)

    def succeed(self, answer: Mapping[str, Any]) -> None:
        """End the span with what the service answered."""
        span = self.span
        if span is None:
            return
        with _shield:
            try:
                found: Found = dict(aws_answers.attributes(answer))
                for extract in self.operation.answered:
                    extract(answer, found)
                starting.add(span, found)
                if self.operation.body and self.operation.body in answer:
                    self._watch(span, answer[self.operation.body])
            finally:
                span.end()

    def _fail(self, error: BaseException) -> None:
        span = self.span
        if span is None:
            return
        with _shield:
            try:
                self._describe(span, error)
            finally:
                span.end()

    def _describe(self, span: Span, error: BaseException) -> None:
        answer: Mapping[str, Any] = getattr(error, "response", None) or {}
        code = aws_answers.error_code(answer)
        found: Found = {failures.ERROR_TYPE: code or exceptions.type_name(error)}
        retries = self._retries()
        if retries:
            found[keys.RETRIES] = retries
        starting.add(span, {**found, **aws_answers.attributes(answer)})
        failures.record(span, error, remote=bool(code))

    def _retries(self) -> int:
        """Return the retries that botocore counted so far; an answer repeats the number."""
        retries: Mapping[str, int] = (self.request or {}).get("retries") or {}
        return max(retries.get("attempt", 1) - 1, 0)

    def _attributes(self, request: Mapping[str, Any]) -> Found:
        found: Found = {**self.operation.constant}
        self._add_region(found)
        place, _path = places.of(request["url"])
        found[keys.SERVER_ADDRESS] = place.host
        if place.port:
            found[keys.SERVER_PORT] = place.port
        for extract in self.operation.asked:
            extract(self.parameters, found)
        return found

    def _add_region(self, found: Found) -> None:
        region = self.client.meta.region_name
        if region:
            found[keys.AWS_REGION] = region  # the collector knows only this one
            found[keys.CLOUD_REGION] = region

    def _watch(self, span: Span, body: Any) -> None:
        found: Found = dict(self.operation.constant)
        self._add_region(found)
        unfinished.watch(body, Unfinished(SCOPE, self.operation.name, span, found))


def prepared(client: Any, name: str, parameters: Mapping[str, Any]) -> Call | None:
    """
    Return the call as it will be traced; None when it will not, or is already.

    Args:
        client: of botocore or aiobotocore.
        name: of the operation.
        parameters: as the application gave them.
    """
    with _shield:
        return _prepared(client, name, parameters)
    return None


def _prepared(client: Any, name: str, parameters: Mapping[str, Any]) -> Call | None:
    outer = _current.get()
    if outer is not None and outer.client is client and outer.parameters is parameters:
        return None
    parent = outgoing.parent()
    if parent is None:
        return None
    operation = aws_operation.of_client(client, name)
    if not operation.traced:
        return None
    _listen(client)
    return Call(client, name, parameters, operation, parent)


def of_class(owner: Any, client: Any, operation_name: str, api_params: Any) -> Any:
    """
    Make a call by the method of a client's class.

    It is looked up at each call: the class may be instrumented, or not any more.
    """
    return getattr(owner, METHOD)(client, operation_name, api_params)


def _listen(client: Any) -> None:
    """
    Hear of the requests of *client*, after every other listener.

    The listener stays: it does nothing in a call that is not traced.
    """
    if _LISTENING not in vars(client):
        client.meta.events.register_last(_EVENT, _on_before_call, unique_id=SCOPE)
        vars(client)[_LISTENING] = True


def _on_before_call(
    params: dict[str, Any], model: Any, context: Mapping[str, Any], **_: object
) -> None:
    with _shield:
        call = _current.get()
        if call is not None and call.span is None and call.name == model.name:
            call.begin(params, context)


_current: ContextVar[Call | None] = ContextVar("otel_xray_aws_call", default=None)
