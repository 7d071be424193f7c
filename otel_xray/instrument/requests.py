"""
HTTP calls through requests.

`HTTPAdapter.send` sends one request and knows nothing of redirects: each hop is a span, as it is
in the X-Ray SDK, and carries a tracing header of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, MutableMapping
from types import MappingProxyType, ModuleType
from typing import Any
from urllib.parse import SplitResult, urlsplit, urlunsplit

from opentelemetry import context as otel_context
from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.trace import Span, SpanKind, Status, StatusCode
from opentelemetry.util.types import AttributeValue

from otel_xray.instrument import failures, ignored, outgoing, tracing_header
from otel_xray.instrument.interception import Interception
from otel_xray.instrument.shield import Shield
from otel_xray.mapping import exceptions
from otel_xray.model import keys
from otel_xray.model.header import HEADER_NAME
from otel_xray.model.status import ERRORS

SCOPE = "otel_xray.instrument.requests"

PROTOCOL_VERSION = "network.protocol.version"
ORIGINAL_METHOD = "http.request.method_original"
OTHER_METHOD = "_OTHER"
UNKNOWN_METHOD_NAME = "HTTP"
# Semantic conventions, HTTP: anything else would make span names without end.
METHODS = frozenset(
    {"CONNECT", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "QUERY", "TRACE"}
)
DEFAULT_PORTS: Mapping[str, int] = MappingProxyType({"http": 80, "https": 443})

_METHOD = "send"
# What http.client and urllib3 call the version of a response.
_VERSIONS: Mapping[object, str] = MappingProxyType({10: "1.0", 11: "1.1", 20: "2", 30: "3"})

_shield = Shield("tracing a call of requests")


def apply(module: ModuleType) -> None:
    """Trace everything that goes through the adapter in *module* (``requests.adapters``)."""
    _interception.apply(module.HTTPAdapter)


def remove() -> None:
    """Trace nothing any more."""
    _interception.remove()


def _traced(
    original: Callable[..., Any], adapter: Any, request: Any, *args: Any, **kwargs: Any
) -> Any:
    span: Span | None = None
    with _shield:
        span = _started(request)
    if span is None:
        return original(adapter, request, *args, **kwargs)
    # What urllib3 sends below is this call: nobody shall trace it again.
    current = otel_context.set_value(outgoing.HTTP_IS_SUPPRESSED, value=True)
    context = trace.set_span_in_context(span, current)
    token = otel_context.attach(context)
    try:
        with _shield:
            _inject(request.headers, context)
        response = original(adapter, request, *args, **kwargs)
    except BaseException as error:
        _fail(span, error)
        raise
    else:
        _succeed(span, response)
        return response
    finally:
        otel_context.detach(token)


def _started(request: Any) -> Span | None:
    parent = outgoing.parent(http=True)
    if parent is None or ignored.matches(str(request.url)):
        return None
    attributes = _attributes(request)
    method = attributes[keys.HTTP_METHOD]
    name = UNKNOWN_METHOD_NAME if method == OTHER_METHOD else str(method)
    return outgoing.tracer(SCOPE).start_span(
        name, context=parent, kind=SpanKind.CLIENT, attributes=attributes
    )


def _attributes(request: Any) -> dict[str, AttributeValue]:
    url = urlsplit(str(request.url))
    method = str(request.method).upper()
    attributes: dict[str, AttributeValue | None] = {
        keys.HTTP_METHOD: method if method in METHODS else OTHER_METHOD,
        ORIGINAL_METHOD: None if method in METHODS else request.method,
        keys.URL: _bare(url),
        keys.SERVER_ADDRESS: url.hostname,
        keys.SERVER_PORT: url.port or DEFAULT_PORTS.get(url.scheme),
        keys.REMOTE_SERVICE: url.hostname,
    }
    return {key: value for key, value in attributes.items() if value is not None}


def _bare(url: SplitResult) -> str:
    """Return *url* without what must not be recorded: credentials and, as X-Ray has it, query."""
    return urlunsplit((url.scheme, url.netloc.rpartition("@")[2], url.path, "", ""))


def _inject(headers: MutableMapping[str, str], context: Context) -> None:
    # Loading it looks for propagators among all installed packages; only a call needs them.
    from opentelemetry import propagate  # noqa: PLC0415

    carrier: dict[str, str] = {}
    propagate.inject(carrier, context)
    headers.update(carrier)
    span = trace.get_current_span(context).get_span_context()
    if span.is_valid and HEADER_NAME.lower() not in map(str.lower, carrier):
        tracing_header.write(headers, span)


def _succeed(span: Span, response: Any) -> None:
    with _shield:
        status: int = response.status_code
        span.set_attributes(_answer(response))
        if status >= ERRORS.start:
            span.set_attribute(failures.ERROR_TYPE, str(status))
            span.set_status(Status(StatusCode.ERROR))
    span.end()


def _answer(response: Any) -> dict[str, AttributeValue]:
    attributes: dict[str, AttributeValue] = {keys.HTTP_STATUS: response.status_code}
    version = _VERSIONS.get(getattr(response.raw, "version", None))
    if version is not None:
        attributes[PROTOCOL_VERSION] = version
    length = response.headers.get("Content-Length", "")
    if length.isascii() and length.isdigit():
        attributes[keys.HTTP_RESPONSE_SIZE] = int(length)
    return attributes


def _fail(span: Span, error: BaseException) -> None:
    with _shield:
        span.set_attribute(failures.ERROR_TYPE, exceptions.type_name(error))
        failures.record(span, error, remote=False)
    span.end()


_interception = Interception(_METHOD, _traced)
