"""How requests to X-Ray's own operations are read, and how it answers and refuses."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import cast

from starlette.requests import Request
from starlette.responses import Response

from otel_xray.console.receive.bodies import ENCODED_BYTES, BodyTooLarge, gunzip
from otel_xray.console.receive.sampling_rules import InvalidRequest, Members
from otel_xray.console.web.answers import json_answer
from otel_xray.errors import InvalidDocument


async def read(request: Request) -> Members:
    """
    Return the body of a request; none at all is as good as an empty object.

    Raises:
        InvalidRequest: it is no JSON object.
    """
    parts: list[bytes] = []
    size = 0
    async for part in request.stream():
        size += len(part)
        if size > ENCODED_BYTES:
            msg = f"The body exceeds {ENCODED_BYTES} bytes."
            raise InvalidRequest(msg)
        parts.append(part)
    body = b"".join(parts)
    if request.headers.get("content-encoding", "").strip().lower() == "gzip":
        body = _decompressed(body)
    return _decoded(body)


def _decompressed(body: bytes) -> bytes:
    try:
        return gunzip(body)
    except (BodyTooLarge, InvalidDocument) as error:
        raise InvalidRequest(str(error)) from error


def _decoded(body: bytes) -> Members:
    try:
        document: object = json.loads(body) if body.strip() else {}
    except (ValueError, RecursionError) as error:
        msg = f"The body is no JSON: {error}"
        raise InvalidRequest(msg) from error
    if not isinstance(document, Mapping):
        msg = "The body must be a JSON object."
        raise InvalidRequest(msg)
    return cast("Members", document)


def refuse(error: InvalidRequest) -> Response:
    """Answer as X-Ray refuses: the kind in a header, the message in the body."""
    return json_answer({"Message": str(error)}, 400, {"x-amzn-errortype": error.kind})
