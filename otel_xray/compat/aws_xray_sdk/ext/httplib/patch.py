"""
HTTP calls through http.client: a subsegment for each request, response, and read of a body.

http.client makes one call of a request and another of its response; what a request was for is
kept on its connection, and then on its response.
"""

# ruff: noqa: ARG001  the recorder names all arguments of what describes a call

from __future__ import annotations

import http.client as httplib
from collections.abc import Iterable
from fnmatch import fnmatch
from typing import Any, NamedTuple

from otel_xray.compat import wrapping
from otel_xray.instrument.shield import Shield

from ...core import xray_recorder
from ...core.exceptions.exceptions import SegmentNotFoundException
from ...core.models import http
from ...core.patcher import _PATCHED_MODULES  # pyright: ignore[reportPrivateUsage]  # the contract
from ..util import get_hostname, inject_trace_header, strip_url

_XRAY_PROP = "_xray_prop"

_shield = Shield("recording a call of http.client")


class _XRay_Data(NamedTuple):  # noqa: N801  the contract
    method: str
    host: str
    url: str


class _XRay_Ignore(NamedTuple):  # noqa: N801  the contract
    subclass: str | None
    hostname: str | None
    urls: tuple[str, ...] | None


_XRAY_IGNORE: set[_XRay_Ignore] = set()


# --- what is not recorded -----------------------------------------------------------------------


def add_ignored(
    subclass: str | None = None, hostname: str | None = None, urls: Iterable[str] | None = None
) -> None:
    """
    Record no requests any more that match all that is given; nothing given ignores nothing.

    Args:
        subclass: full name of the connection's class.
        hostname: pattern of the host's name, with ``*``, ``?`` and ``[…]``.
        urls: what is asked for, with the query: ``/path?a=b``.
    """
    if (subclass, hostname, urls) != (None, None, None):
        wanted = None if urls is None else tuple(urls)
        _XRAY_IGNORE.add(_XRay_Ignore(subclass=subclass, hostname=hostname, urls=wanted))


def reset_ignored() -> None:
    """Ignore only what is ignored from the start: the sampler's own requests."""
    _XRAY_IGNORE.clear()
    _ignored_add_default()


def _ignored_add_default() -> None:
    add_ignored(
        subclass="botocore.awsrequest.AWSHTTPConnection",
        urls=["/GetSamplingRules", "/SamplingTargets"],
    )


_ignored_add_default()


def _ignore_request(instance: Any, hostname: str, url: str) -> bool:
    kind = type(instance)
    bare = kind.__module__ in {None, "builtins"}
    name = kind.__name__ if bare else f"{kind.__module__}.{kind.__name__}"
    return any(
        (rule.urls is None or url in rule.urls)
        and (rule.hostname is None or fnmatch(hostname, rule.hostname))
        and rule.subclass in {None, name}
        for rule in tuple(_XRAY_IGNORE)
    )


# --- requests -----------------------------------------------------------------------------------


def _send_request(wrapped: Any, instance: Any, args: Any, kwargs: Any) -> Any:
    def send(method: str, url: str, body: Any, headers: Any, encode_chunked: bool = False) -> Any:
        request = (method, url, body, headers)
        with _shield:
            if _begun(instance, method, url):
                request = (method, url, body, _with_tracing_header(headers))
        by_position = (*request, encode_chunked)
        return _recorded(wrapped, instance, by_position, {}, http_send_request_processor)

    return send(*args, **kwargs)


def _begun(instance: Any, method: str, url: str) -> bool:
    """Keep on the connection what it is used for, and say whether it is recorded."""
    # Of an earlier request, whose response has been read.
    vars(instance).pop(_XRAY_PROP, None)
    if _ignore_request(instance, instance.host, url):
        return False
    address = f"{_scheme(instance)}://{instance.host}{url}"
    setattr(instance, _XRAY_PROP, _XRay_Data(method, instance.host, address))
    return True


def _scheme(instance: Any) -> str:
    of_http_client = isinstance(instance, httplib.HTTPSConnection)
    context = getattr(instance, "_context" if of_http_client else "ssl_context", None)
    return "https" if type(context).__name__ == "SSLContext" else "http"


def _with_tracing_header(headers: Any) -> Any:
    """
    Return *headers* with the current subsegment's tracing header.

    They are a copy where they can be: the application's may be used again outside of it, and those
    of a request without headers are the same object each time.
    """
    try:
        subsegment = xray_recorder.current_subsegment()
    except SegmentNotFoundException:
        return headers
    if not subsegment:
        return headers
    carrying = headers.copy() if hasattr(headers, "copy") else headers
    for name in [name for name in carrying if name.lower() == http.XRAY_HEADER.lower()]:
        del carrying[name]  # in another spelling it would be a second one
    inject_trace_header(carrying, subsegment)
    return carrying


def http_send_request_processor(
    wrapped: Any,
    instance: Any,
    args: Any,
    kwargs: Any,
    return_value: Any,
    exception: Any,
    subsegment: Any,
    stack: Any,
) -> None:
    """
    Describe a request in its subsegment.

    Args:
        wrapped: sends it.
        instance: the connection.
        args: of the request.
        kwargs: none.
        return_value: nothing.
        exception: in its stead.
        subsegment: of the request.
        stack: of the exception.
    """
    _describe(instance, None, exception, subsegment, stack)


# --- responses ----------------------------------------------------------------------------------


def _xray_traced_http_getresponse(wrapped: Any, instance: Any, args: Any, kwargs: Any) -> Any:
    return _recorded(wrapped, instance, args, kwargs, http_response_processor)


def http_response_processor(
    wrapped: Any,
    instance: Any,
    args: Any,
    kwargs: Any,
    return_value: Any,
    exception: Any,
    subsegment: Any,
    stack: Any,
) -> None:
    """
    Describe a response in its subsegment.

    Args:
        wrapped: receives it.
        instance: the connection.
        args: none.
        kwargs: none.
        return_value: the response.
        exception: in its stead.
        subsegment: of the response.
        stack: of the exception.
    """
    _describe(instance, return_value, exception, subsegment, stack)
    with _shield:
        if return_value:
            data = getattr(instance, _XRAY_PROP)
            setattr(return_value, _XRAY_PROP, data._replace(method="READ"))


def _xray_traced_http_client_read(wrapped: Any, instance: Any, args: Any, kwargs: Any) -> Any:
    return _recorded(wrapped, instance, args, kwargs, http_read_processor)


def http_read_processor(
    wrapped: Any,
    instance: Any,
    args: Any,
    kwargs: Any,
    return_value: Any,
    exception: Any,
    subsegment: Any,
    stack: Any,
) -> None:
    """
    Describe the reading of a body in its subsegment.

    Args:
        wrapped: reads.
        instance: the response.
        args: how much.
        kwargs: the same.
        return_value: what was read.
        exception: in its stead.
        subsegment: of the reading.
        stack: of the exception.
    """
    _describe(instance, instance, exception, subsegment, stack)


def _recorded(wrapped: Any, instance: Any, args: Any, kwargs: Any, meta_processor: Any) -> Any:
    data = getattr(instance, _XRAY_PROP, None)
    if not data:
        return wrapped(*args, **kwargs)
    return xray_recorder.record_subsegment(
        wrapped,
        instance,
        args,
        kwargs,
        name=get_hostname(data.url),
        namespace="remote",
        meta_processor=meta_processor,
    )


def _describe(instance: Any, response: Any, exception: Any, subsegment: Any, stack: Any) -> None:
    with _shield:
        data = getattr(instance, _XRAY_PROP)
        subsegment.put_http_meta(http.METHOD, data.method)
        subsegment.put_http_meta(http.URL, strip_url(data.url))
        if response is not None:
            subsegment.put_http_meta(http.STATUS, response.status)
        if exception:
            subsegment.add_exception(exception, stack)


# --- the patch ----------------------------------------------------------------------------------

_PATCHES = (
    (httplib.HTTPConnection, "_send_request", _send_request),
    (httplib.HTTPConnection, "getresponse", _xray_traced_http_getresponse),
    (httplib.HTTPResponse, "read", _xray_traced_http_client_read),
)


def patch() -> None:
    """Make subsegments of requests, responses, and reads of bodies."""
    for owner, name, around in _PATCHES:
        wrapping.wrap(owner, name, around)


def unpatch() -> None:
    """Undo `patch`; harmless when it is repeated."""
    _PATCHED_MODULES.discard("httplib")
    for owner, name, _around in _PATCHES:
        wrapping.unwrap(owner, name)
