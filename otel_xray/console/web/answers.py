"""How the console answers: JSON in ASCII, and errors as ``{"message": …}``."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import cast

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from otel_xray.model.document import Json

JSON = "application/json"


def json_answer(
    content: Json, status: int = 200, headers: Mapping[str, str] | None = None
) -> Response:
    """Return *content* as JSON; ASCII, because names may hold what UTF-8 cannot carry."""
    return text_answer(json.dumps(content, separators=(",", ":")), status, headers)


def text_answer(text: str, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """Return *text*, which is JSON already."""
    return Response(text, status, headers, JSON)


def refusal(status: int, message: str, headers: Mapping[str, str] | None = None) -> Response:
    """Return an error that says what is wrong and what to do."""
    return json_answer({"message": message}, status, headers)


def on_http_error(request: Request, error: Exception) -> Response:  # noqa: ARG001  Starlette's
    """Answer what routing refuses (404, 405) and what an endpoint raises as HTTPException."""
    refused = cast("HTTPException", error)
    return refusal(refused.status_code, refused.detail, refused.headers)


def on_store_error(request: Request, error: Exception) -> Response:  # noqa: ARG001  Starlette's
    """Answer 503: exporters try again later (OTLP specification, "Retryable response codes")."""
    return refusal(503, str(error), {"Retry-After": "1"})


def on_gone(request: Request, error: Exception) -> Response:  # noqa: ARG001  Starlette's
    """Answer whoever hung up in the middle of a body; nobody reads it, and no log needs it."""
    return refusal(400, "The connection was closed before the body was whole.")


def on_crash(request: Request, error: Exception) -> Response:  # noqa: ARG001  Starlette's
    """Answer 500; the server writes the traceback to its log."""
    return refusal(500, f"The console failed: {type(error).__name__}; its log says more.")
