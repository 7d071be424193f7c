"""
HTTP calls through requests.

`HTTPAdapter.send` sends one request and knows nothing of redirects: each hop is a span, and carries
a tracing header of its own. An adapter of the application that is none of requests' own is
instrumented when a session takes it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, MutableMapping
from contextvars import Token
from types import MappingProxyType, ModuleType
from typing import Any, NamedTuple, cast

from opentelemetry import context as otel_context
from opentelemetry.context import Context
from opentelemetry.trace import Span, SpanKind, Status, StatusCode
from opentelemetry.util.types import AttributeValue

from otel_xray.instrument import (
    failures,
    ignored,
    outgoing,
    places,
    rivals,
    tracing_header,
    unfinished,
)
from otel_xray.instrument.interception import Interception
from otel_xray.instrument.shield import Shield
from otel_xray.instrument.unfinished import Unfinished
from otel_xray.mapping import exceptions
from otel_xray.model import keys
from otel_xray.model.header import HEADER_NAME
from otel_xray.model.http_methods import METHODS, OTHER_METHOD
from otel_xray.model.status import ERRORS
from otel_xray.spans import starting

SCOPE = "otel_xray.instrument.requests"

ORIGINAL_METHOD = "http.request.method_original"
UNKNOWN_METHOD_NAME = "HTTP"
DEFAULT_PORTS: Mapping[str, int] = MappingProxyType({"http": 80, "https": 443})

_METHOD = "send"

_shield = Shield("tracing a call of requests")


def apply(module: ModuleType) -> None:
    """Trace everything that goes through the sessions of *module* (``requests.sessions``)."""
    _sends.apply(module.HTTPAdapter)
    _adapters.apply(module.Session)


def remove() -> None:
    """Trace nothing any more."""
    for interception in (_sends, _adapters):
        interception.remove()
    _seen.clear()
    unfinished.remove()


class _Call(NamedTuple):
    """
    A call whose span is open.

    Attributes:
        name: of the span.
        attributes: that name what is called.
        before: context that was current before.
    """

    name: str
    span: Span
    attributes: Mapping[str, AttributeValue]
    before: Token[Context]


def _traced(
    original: Callable[..., Any], adapter: Any, request: Any, *args: Any, **kwargs: Any
) -> Any:
    call: _Call | None = None
    with _shield:
        call = _begun(request)
    if call is None:
        return original(adapter, request, *args, **kwargs)
    try:
        response = original(adapter, request, *args, **kwargs)
    except BaseException as error:
        _fail(call.span, error)
        raise
    else:
        _succeed(call, response)
        return response
    finally:
        otel_context.detach(call.before)


def _begun(request: Any) -> _Call | None:
    parent = outgoing.parent(http=True)
    if parent is None or _is_left_out(str(request.url)):
        return None
    attributes = _attributes(request)
    method = attributes[keys.HTTP_METHOD]
    name = UNKNOWN_METHOD_NAME if method == OTHER_METHOD else str(method)
    span = starting.start(outgoing.tracer(SCOPE), name, parent, SpanKind.CLIENT, attributes)
    context = outgoing.inside(span, parent)
    before = otel_context.attach(context)
    with _shield:
        _inject(request.headers, span, context)
    return _Call(name, span, attributes, before)


def _is_left_out(url: str) -> bool:
    return rivals.trace("requests") or ignored.matches(url)


def _adapted(original: Callable[..., Any], session: Any, *args: Any, **kwargs: Any) -> Any:
    adapter = original(session, *args, **kwargs)
    kind = cast("type[Any]", type(adapter))  # type: ignore[redundant-cast]  # pyright needs it
    if kind not in _seen:
        with _shield:
            _see(kind)
    return adapter


def _see(kind: type[Any]) -> None:
    from requests.adapters import HTTPAdapter

    _seen.add(kind)
    if not issubclass(kind, HTTPAdapter):
        _sends.apply(next(owner for owner in kind.__mro__ if _METHOD in vars(owner)))


def _attributes(request: Any) -> dict[str, AttributeValue]:
    place, path = places.of(str(request.url))
    method = str(request.method).upper()
    attributes: dict[str, AttributeValue] = {
        keys.HTTP_METHOD: method,
        # Without what must not be recorded: credentials and, as X-Ray has it, the query.
        keys.URL: place.origin + path,
        keys.SERVER_ADDRESS: place.host,
        keys.REMOTE_SERVICE: place.host,
    }
    port = place.port or DEFAULT_PORTS.get(place.scheme)
    if port is not None:
        attributes[keys.SERVER_PORT] = port
    if method not in METHODS:
        attributes[keys.HTTP_METHOD] = OTHER_METHOD
        attributes[ORIGINAL_METHOD] = str(request.method)
    return attributes


def _inject(headers: MutableMapping[str, str], span: Span, context: Context) -> None:
    # Loading it looks for propagators among all installed packages; only a call needs them.
    from opentelemetry import propagate  # noqa: PLC0415

    # X-Ray's is merged into the one that the request has, whoever propagates it.
    existing = tracing_header.as_text(headers.get(HEADER_NAME))
    propagate.inject(headers, context)
    named = span.get_span_context()
    if named.is_valid:
        headers[HEADER_NAME] = tracing_header.merged(existing, named)


def _succeed(call: _Call, response: Any) -> None:
    span = call.span
    with _shield:
        try:
            starting.add(span, _answer(response))
            if response.status_code >= ERRORS.start:
                span.set_status(Status(StatusCode.ERROR))
            unfinished.watch(response, Unfinished(SCOPE, call.name, span, call.attributes))
        finally:
            span.end()


def _answer(response: Any) -> dict[str, AttributeValue]:
    status: int = response.status_code
    attributes: dict[str, AttributeValue] = {keys.HTTP_STATUS: status}
    if status >= ERRORS.start:
        attributes[failures.ERROR_TYPE] = str(status)
    length = response.headers.get("Content-Length", "")
    if length.isascii() and length.isdigit():
        attributes[keys.HTTP_RESPONSE_SIZE] = int(length)
    return attributes


def _fail(span: Span, error: BaseException) -> None:
    with _shield:
        try:
            span.set_attribute(failures.ERROR_TYPE, exceptions.type_name(error))
            failures.record(span, error, remote=False)
        finally:
            span.end()


_sends = Interception(_METHOD, _traced)
_adapters = Interception("get_adapter", _adapted)
_seen: set[type[Any]] = set()  # adapters
