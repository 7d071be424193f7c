"""The plugin of Bottle."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import wraps
from typing import Any

from bottle import SimpleTemplate, request, response

from otel_xray.compat import template_rendering
from otel_xray.compat.web_request import Client, WebRequest, WebResponse
from otel_xray.compat.web_segment import WebSegments

from ...core.lambda_launcher import LambdaContext, check_in_lambda
from ...core.models import http
from ...core.utils import stacktrace
from ..util import calculate_sampling_decision as calculate_sampling_decision
from ..util import calculate_segment_name as calculate_segment_name
from ..util import construct_xray_header as construct_xray_header
from ..util import prepare_response_header as prepare_response_header


class XRayMiddleware:
    """Records each request to a route, and the templates that are rendered for it."""

    name = "xray"
    api = 2

    def __init__(self, recorder: Any) -> None:
        """
        Make a plugin, for ``install`` of an application.

        Args:
            recorder: of the X-Ray SDK.
        """
        self._recorder = recorder
        self._in_lambda_ctx = bool(check_in_lambda()) and type(recorder.context) is LambdaContext
        template_rendering.capture(SimpleTemplate, "render", recorder, _name_of)

    def apply(self, callback: Callable[..., Any], route: Any) -> Callable[..., Any]:
        """Return what serves *route* in the place of *callback*."""

        @wraps(callback)
        def serve(*args: Any, **kwargs: Any) -> Any:
            segments = WebSegments(self._recorder, sys.modules[__name__], self._in_lambda_ctx)
            segment = segments.begin(_described(request), request.headers)
            try:
                answer = callback(*args, **kwargs)
            except BaseException as error:
                stack = stacktrace.get_stacktrace(limit=self._recorder.max_trace_back)
                failure = WebResponse(getattr(error, "status_code", 500))
                segments.fail(segment, error, stack, failure)
                segments.end()
                raise
            length = response.headers.get("Content-Length")
            header = segments.respond(segment, WebResponse(response.status_code, length))
            if header:
                response.set_header(http.XRAY_HEADER, header)
            segments.end()
            return answer

        return serve


def _described(asked: Any) -> WebRequest:
    host = asked.urlparts[1]
    client = asked.environ.get("HTTP_X_FORWARDED_FOR") or asked.environ.get("REMOTE_ADDR")
    return WebRequest(
        method=asked.method,
        url=asked.url,
        path=asked.path,
        host=host,
        name=host,
        client=Client(client, forwarded=bool(client)),
        user_agent=asked.headers.get("User-Agent"),
    )


def _name_of(template: Any, *_variables: Any) -> str | None:
    name: str | None = template.filename
    return name
