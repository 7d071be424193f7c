"""The middleware of aiohttp's server."""

from __future__ import annotations

import sys
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web
from aiohttp.web_exceptions import HTTPException

from otel_xray.compat.web_request import Client, WebRequest, WebResponse
from otel_xray.compat.web_segment import WebSegments

from ...core import lambda_launcher, xray_recorder
from ...core.models import http
from ...core.utils import stacktrace
from ..util import calculate_sampling_decision as calculate_sampling_decision
from ..util import calculate_segment_name as calculate_segment_name
from ..util import construct_xray_header as construct_xray_header
from ..util import prepare_response_header as prepare_response_header


@web.middleware
async def middleware(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    """Record a request to a server."""
    in_lambda = type(xray_recorder.context) is lambda_launcher.LambdaContext
    segments = WebSegments(xray_recorder, sys.modules[__name__], in_lambda)
    segment = segments.begin(_described(request), request.headers)
    try:
        response: Any = await handler(request)
    except HTTPException as answer:  # raised as an answer, whatever its status
        _respond(segments, segment, answer)
        raise
    except BaseException as error:
        stack = stacktrace.get_stacktrace(limit=xray_recorder.max_trace_back)
        segments.fail(segment, error, stack)
        raise
    else:
        if isinstance(response, web.StreamResponse):  # else aiohttp will complain
            _respond(segments, segment, response)
        return response  # type: ignore[no-any-return]  # and it will refuse others
    finally:
        segments.end()


def _respond(segments: WebSegments, segment: Any, response: Any) -> None:
    length = response.headers.get("Content-Length")
    header = segments.respond(segment, WebResponse(response.status, length))
    if header:
        response.headers[http.XRAY_HEADER] = header


def _described(request: web.Request) -> WebRequest:
    host = request.headers.get("Host")
    return WebRequest(
        method=request.method,
        url=_url(request),
        path=request.path,
        host=host,
        name=host.split(":", 1)[0] if host is not None else None,
        client=_client(request),
        user_agent=request.headers.get("User-Agent"),
    )


def _url(request: web.Request) -> str:
    try:
        return str(request.url)
    except ValueError:  # the client may say anything to be the host's name
        return f"{request.scheme}://{request.host}{request.path_qs}"


def _client(request: web.Request) -> Client:
    headers = request.headers
    if "X-Forwarded-For" in headers:
        return Client(headers["X-Forwarded-For"], forwarded=True)
    return Client(headers.get("remote_addr", request.remote))
