"""The middleware of Flask."""

from __future__ import annotations

import sys
import traceback
from typing import Any

import flask.templating
from flask import request

from otel_xray.compat import template_rendering
from otel_xray.compat.web_request import Client, WebRequest, WebResponse
from otel_xray.compat.web_segment import WebSegments

from ...core.lambda_launcher import LambdaContext, check_in_lambda
from ...core.models import http
from ..util import calculate_sampling_decision as calculate_sampling_decision
from ..util import calculate_segment_name as calculate_segment_name
from ..util import construct_xray_header as construct_xray_header
from ..util import prepare_response_header as prepare_response_header


class XRayMiddleware:
    """Records each request to an application, and the templates that are rendered for it."""

    def __init__(self, app: Any, recorder: Any) -> None:
        """
        Record from now on.

        Args:
            app: Flask's application.
            recorder: of the X-Ray SDK.
        """
        self.app = app
        self.app.logger.info("initializing xray middleware")
        self._recorder = recorder
        self.in_lambda_ctx = bool(check_in_lambda()) and type(recorder.context) is LambdaContext
        self.app.before_request(self._before_request)
        self.app.after_request(self._after_request)
        self.app.teardown_request(self._teardown_request)
        template_rendering.capture(flask.templating, "_render", recorder, _name_of)

    @property
    def _segments(self) -> WebSegments:
        return WebSegments(self._recorder, sys.modules[__name__], self.in_lambda_ctx)

    def _before_request(self) -> None:
        self._segments.begin(_described(request), request.headers)

    def _after_request(self, response: Any) -> Any:
        segments = self._segments
        answer = WebResponse(response.status_code, response.headers.get("Content-Length"))
        header = segments.respond(segments.current(), answer)
        if header:
            response.headers[http.XRAY_HEADER] = header
        return response

    def _teardown_request(self, exception: BaseException | None) -> None:
        segments = self._segments
        segment = segments.current()
        if segment is None:
            return
        if exception is not None:
            # Flask has handled it by now: what runs here is not where it was raised.
            frames = -self._recorder.max_trace_back
            stack = traceback.extract_tb(exception.__traceback__, limit=frames)
            segments.fail(segment, exception, stack)
        segments.end()


def _described(asked: Any) -> WebRequest:
    forwarded = asked.headers.get("X-Forwarded-For") or asked.headers.get("HTTP_X_FORWARDED_FOR")
    return WebRequest(
        method=asked.method,
        url=asked.base_url,
        path=asked.path,
        host=asked.host,
        name=asked.host,
        client=Client(forwarded, forwarded=True) if forwarded else Client(asked.remote_addr),
        user_agent=asked.headers.get("User-Agent"),
    )


def _name_of(_app: Any, template: Any, *_context: Any) -> str | None:
    name: str | None = template.name
    return name
