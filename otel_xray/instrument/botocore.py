"""
AWS calls through botocore, and so through boto3.

A call becomes a span on botocore's own event ``before-call``: the request is complete then and
not yet signed, so that the tracing header can be merged, and a call that fails earlier (parameters
that do not validate, a handler of the application that raises) never reaches AWS and is no
subsegment. The end is not left to events, since a handler that raises, or KeyboardInterrupt,
keeps ``after-call`` and ``after-call-error`` from being emitted: `BaseClient._make_api_call`
brackets the call, so that a span always ends and its context is always put back.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType, ModuleType
from typing import Any, TypeVar
from urllib.parse import urlsplit

from opentelemetry import context as otel_context
from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.trace import Span, SpanKind
from opentelemetry.util.types import AttributeValue

from otel_xray.errors import ConfigurationError
from otel_xray.instrument import (
    aws_answers,
    aws_resources,
    failures,
    libraries,
    outgoing,
    tracing_header,
)
from otel_xray.instrument.interception import Interception
from otel_xray.instrument.shield import Shield
from otel_xray.mapping import exceptions
from otel_xray.model import keys

Client = TypeVar("Client")

SCOPE = "otel_xray.instrument.botocore"

# Names that X-Ray shows where they differ from botocore's id of the service.
REMOTE_NAMES: Mapping[str, str] = MappingProxyType({"EventBridge": "Events"})
UNTRACED = frozenset({"XRay"})  # as in the X-Ray SDK: telemetry about telemetry has no end

_METHOD = "_make_api_call"
_EVENT = "before-call"
_LISTENING = "_otel_xray_listening"
_CALL = otel_context.create_key("otel-xray-aws-call")

_shield = Shield("tracing an AWS call")


def apply(module: ModuleType) -> None:
    """Trace the calls of every client whose class *module* (``botocore.client``) defines."""
    _interception.apply(module.BaseClient)


def remove() -> None:
    """Trace no client any more, except those given to `capture`."""
    _interception.remove()


def capture(client: Client) -> Client:
    """
    Trace the calls of one client, whether or not botocore as a whole is instrumented.

    Harmless when it is repeated or combined with `otel_xray.instrument.install`: a call is one
    span.

    Returns:
        the same client.

    Raises:
        ConfigurationError: *client* is no botocore client.
    """
    from botocore.client import BaseClient

    method = getattr(type(client), _METHOD, None)
    if not isinstance(client, BaseClient) or inspect.iscoroutinefunction(method):
        msg = (
            f"{client!r} is no botocore client; pass what boto3.client(…) returns, or the "
            "meta.client of a boto3 resource."
        )
        raise ConfigurationError(msg)
    vars(client).setdefault(_METHOD, partial(_captured, client))
    return client


@dataclass(slots=True)
class _Call:
    """
    A call from the client's method to its end.

    Attributes:
        parent: the context under which its span starts.
        span: None until botocore is about to send the request.
        request: botocore's context of the request.
    """

    client: Any
    operation: str
    parameters: Mapping[str, Any]
    parent: Context
    span: Span | None = None
    request: Mapping[str, Any] | None = None

    @property
    def service(self) -> str:
        return str(self.client.meta.service_model.service_id)

    def begin(self, request: dict[str, Any], context: Mapping[str, Any]) -> None:
        """Start the span, make it current and let *request* name it."""
        self.request = context
        span = outgoing.tracer(SCOPE).start_span(
            f"{self.service}.{self.operation}",
            context=self.parent,
            kind=SpanKind.CLIENT,
            attributes=self._attributes(request),
        )
        self.span = span
        # What botocore sends below is this call: nobody shall trace it again as plain HTTP.
        current = otel_context.set_value(outgoing.HTTP_IS_SUPPRESSED, value=True)
        # No token is kept: `_traced` puts back what was current before the call.
        otel_context.attach(trace.set_span_in_context(span, current))
        if span.get_span_context().is_valid:
            tracing_header.write(request["headers"], span.get_span_context())

    def succeed(self, answer: Mapping[str, Any]) -> None:
        """End the span with what the service answered."""
        if self.span is not None:
            with _shield:
                found = aws_resources.of_answer(self.service, answer)
                self.span.set_attributes({**aws_answers.attributes(answer), **found})
            self.span.end()

    def fail(self, error: BaseException) -> None:
        """End the span with what went wrong."""
        if self.span is not None:
            with _shield:
                self._describe(self.span, error)
            self.span.end()

    def _describe(self, span: Span, error: BaseException) -> None:
        answer: Mapping[str, Any] = getattr(error, "response", None) or {}
        code = aws_answers.error_code(answer)
        span.set_attributes(
            {
                failures.ERROR_TYPE: code or exceptions.type_name(error),
                keys.RETRIES: self._retries(),
                **aws_answers.attributes(answer),
            }
        )
        failures.record(span, error, remote=bool(code))

    def _retries(self) -> int:
        """Return the retries that botocore counted so far; an answer repeats the number."""
        retries: Mapping[str, int] = (self.request or {}).get("retries") or {}
        return max(retries.get("attempt", 1) - 1, 0)

    def _attributes(self, request: Mapping[str, Any]) -> dict[str, AttributeValue]:
        service = self.service
        url = urlsplit(str(request.get("url", "")))
        attributes: dict[str, AttributeValue | None] = {
            keys.RPC_SYSTEM: keys.AWS_API,
            keys.RPC_SERVICE: service,
            keys.RPC_METHOD: self.operation,
            keys.REMOTE_SERVICE: REMOTE_NAMES.get(service, service),
            keys.AWS_OPERATION: self.operation,
            keys.AWS_REGION: self.client.meta.region_name,
            keys.HTTP_METHOD: request.get("method"),
            keys.SERVER_ADDRESS: url.hostname,
            keys.SERVER_PORT: url.port,
        }
        attributes.update(aws_resources.of_call(service, self.parameters))
        return {key: value for key, value in attributes.items() if value is not None}


def _captured(client: Any, operation_name: str, api_params: Any) -> Any:
    # Looked up at each call: the class may be instrumented, or not any more.
    method = partial(_call_class, type(client))
    if libraries.is_ceded("botocore"):  # then the class has been, to somebody else
        return method(client, operation_name, api_params)
    return _traced(method, client, operation_name, api_params)


def _call_class(owner: Any, client: Any, operation_name: str, api_params: Any) -> Any:
    return getattr(owner, _METHOD)(client, operation_name, api_params)


def _traced(original: Callable[..., Any], client: Any, operation_name: str, api_params: Any) -> Any:
    call: _Call | None = None
    with _shield:
        call = _prepared(client, operation_name, api_params)
    if call is None:
        return original(client, operation_name, api_params)
    token = otel_context.attach(otel_context.set_value(_CALL, call))
    try:
        answer = original(client, operation_name, api_params)
    except BaseException as error:
        call.fail(error)
        raise
    else:
        call.succeed(answer)
        return answer
    finally:
        otel_context.detach(token)


def _prepared(client: Any, operation_name: str, api_params: Any) -> _Call | None:
    """Return the call as it will be traced; None when it will not, or is already."""
    outer = otel_context.get_value(_CALL)
    if isinstance(outer, _Call) and outer.client is client and outer.parameters is api_params:
        return None
    parent = outgoing.parent()
    if parent is None:
        return None
    call = _Call(client, operation_name, api_params, parent)
    if call.service in UNTRACED:
        return None
    _listen(client)
    return call


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
        call = otel_context.get_value(_CALL)
        if isinstance(call, _Call) and call.span is None and call.operation == model.name:
            call.begin(params, context)


_interception = Interception(_METHOD, _traced)
