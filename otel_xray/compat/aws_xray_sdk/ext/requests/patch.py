"""HTTP calls through requests."""

# ruff: noqa: ARG001  the recorder names all arguments of what describes a call

from __future__ import annotations

from typing import Any

from otel_xray.compat import wrapping
from otel_xray.instrument.shield import Shield

from ...core import xray_recorder
from ...core.models import http
from ..util import get_hostname, inject_trace_header, strip_url

_shield = Shield("recording a call of requests")


def patch() -> None:
    """Make a subsegment of each call, redirects included, and let its requests name it."""
    from requests import Session

    wrapping.wrap(Session, "request", _xray_traced_requests)
    wrapping.wrap(Session, "prepare_request", _inject_header)


def _xray_traced_requests(wrapped: Any, instance: Any, args: Any, kwargs: Any) -> Any:
    return xray_recorder.record_subsegment(
        wrapped,
        instance,
        args,
        kwargs,
        name=get_hostname(_url(args, kwargs)),
        namespace="remote",
        meta_processor=requests_processor,
    )


def _inject_header(wrapped: Any, instance: Any, args: Any, kwargs: Any) -> Any:
    subsegment = xray_recorder.current_subsegment()
    with _shield:
        request = args[0] if args else kwargs["request"]
        # A copy: they may be the application's, which uses them again outside of the subsegment.
        headers = request.headers.copy() if request.headers else {}
        inject_trace_header(headers, subsegment)
        request.headers = headers
    return wrapped(*args, **kwargs)


def requests_processor(
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
    Describe a call in its subsegment.

    Args:
        wrapped: makes it.
        instance: the session.
        args: method and URL, unless they are given by name.
        kwargs: the same.
        return_value: the response.
        exception: in its stead.
        subsegment: of the call.
        stack: of the exception.
    """
    with _shield:
        subsegment.put_http_meta(http.METHOD, kwargs.get("method") or next(iter(args), None))
        subsegment.put_http_meta(http.URL, strip_url(_url(args, kwargs)))
        if return_value is not None:
            subsegment.put_http_meta(http.STATUS, return_value.status_code)
        elif exception:
            subsegment.add_exception(exception, stack)


def _url(args: Any, kwargs: Any) -> str | None:
    """Return the URL as text; requests takes bytes and everything that has a text, too."""
    url = kwargs.get("url") or next(iter(args[1:]), None)
    if url is None:
        return None
    return url.decode("utf-8", "replace") if isinstance(url, bytes) else str(url)
