"""The middleware of Django."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable
from typing import Any

from django.core.exceptions import DisallowedHost

from otel_xray.compat.web_request import Client, Members, WebRequest, WebResponse
from otel_xray.compat.web_segment import WebSegments

from ...core import xray_recorder
from ...core.lambda_launcher import LambdaContext, check_in_lambda
from ...core.models import http
from ...core.utils import stacktrace
from ..util import calculate_sampling_decision as calculate_sampling_decision
from ..util import calculate_segment_name as calculate_segment_name
from ..util import construct_xray_header as construct_xray_header
from ..util import prepare_response_header as prepare_response_header
from .conf import settings

log = logging.getLogger(__name__)

# Keys of a request's META, where Django has WSGI's names, and of a response.
USER_AGENT_KEY = "HTTP_USER_AGENT"
X_FORWARDED_KEY = "HTTP_X_FORWARDED_FOR"
REMOTE_ADDR_KEY = "REMOTE_ADDR"
HOST_KEY = "HTTP_HOST"
CONTENT_LENGTH_KEY = "content-length"


class XRayMiddleware:
    """Records each request."""

    def __init__(self, get_response: Callable[[Any], Any]) -> None:
        """
        Make a middleware, as Django does.

        Args:
            get_response: serves a request.
        """
        self.get_response = get_response
        context = xray_recorder.context
        self.in_lambda_ctx = bool(check_in_lambda()) and type(context) is LambdaContext

    def __call__(self, request: Any) -> Any:
        """Serve *request* in a segment."""
        segments = self._segments
        described = _described(request)
        segment = segments.begin(described, request.META)
        self._annotate(segment, described.members())
        try:
            response = self.get_response(request)
        except BaseException as error:  # what is no Exception, like SystemExit
            stack = stacktrace.get_stacktrace(limit=xray_recorder.max_trace_back)
            segments.fail(segment, error, stack)
            raise
        else:
            self._respond(segments, segment, response)
            return response
        finally:
            segments.end()

    def process_exception(self, request: Any, exception: BaseException) -> None:
        """Record what a view has raised."""
        segments = self._segments
        stack = stacktrace.get_stacktrace(limit=xray_recorder.max_trace_back)
        segments.fail(segments.current(), exception, stack)

    @property
    def _segments(self) -> WebSegments:
        return WebSegments(xray_recorder, sys.modules[__name__], self.in_lambda_ctx)

    def _respond(self, segments: WebSegments, segment: Any, response: Any) -> None:
        answer = WebResponse(response.status_code, response.get(CONTENT_LENGTH_KEY))
        header = segments.respond(segment, answer)
        self._annotate(segment, answer.members())
        if header:
            response[http.XRAY_HEADER] = header

    def _annotate(self, segment: Any, members: Members) -> None:
        if self._urls_as_annotation():
            self._segments.annotate(segment, members)

    def _urls_as_annotation(self) -> bool:
        """Say whether what is told of a request can be searched for, also in a subsegment."""
        wanted = settings.URLS_AS_ANNOTATION
        return bool(wanted == "ALL" or (wanted == "LAMBDA" and self.in_lambda_ctx))


def _described(request: Any) -> WebRequest:
    host = request.META.get(HOST_KEY)
    return WebRequest(
        method=request.method,
        url=_url(request),
        path=request.path,
        host=host,
        name=host,
        client=_client(request.META),
        user_agent=request.META.get(USER_AGENT_KEY) or None,
    )


def _url(request: Any) -> str:
    try:
        return str(request.build_absolute_uri())
    except DisallowedHost:  # Django refuses the request where the application asks for its host
        return f"{request.scheme}://{request.META.get(HOST_KEY)}{request.get_full_path()}"


def _client(meta: Any) -> Client:
    if meta.get(X_FORWARDED_KEY):
        return Client(meta[X_FORWARDED_KEY], forwarded=True)
    return Client(meta.get(REMOTE_ADDR_KEY) or None)
