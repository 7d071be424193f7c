"""
DynamoDB calls through PynamoDB.

It uses botocore, up to version 5 below the level on which botocore's patch sees a call. Hence this
one sees requests, and leaves those alone that belong to a call that is a subsegment already.
"""

# ruff: noqa: ARG001  the recorder names all arguments of what describes a call

from __future__ import annotations

import json
from typing import Any

from otel_xray.compat import wrapping
from otel_xray.instrument.shield import Shield

from ...core import xray_recorder
from ...core.models import http
from ...core.utils import stacktrace
from ..boto_utils import Call, calling, note_parameters

_TARGET = "X-Amz-Target"
_SERVICE = "dynamodb"

_shield = Shield("recording a call of PynamoDB")


def patch() -> None:
    """Make a subsegment of each request to DynamoDB that is not part of one."""
    from botocore.httpsession import URLLib3Session

    wrapping.wrap(URLLib3Session, "send", _xray_traced_pynamodb)


def _xray_traced_pynamodb(wrapped: Any, instance: Any, args: Any, kwargs: Any) -> Any:
    if not _target(args).lower().startswith(f"{_SERVICE}_"):
        return wrapped(*args, **kwargs)
    call = calling.get()
    if call is not None:
        return _within(call, wrapped, args, kwargs)
    return xray_recorder.record_subsegment(
        wrapped,
        instance,
        args,
        kwargs,
        name=_SERVICE,
        namespace="aws",
        meta_processor=pynamodb_meta_processor,
    )


def _within(call: Call, wrapped: Any, args: Any, kwargs: Any) -> Any:
    """Send a request of *call*, and tell that what botocore's patch does not record."""
    try:
        return wrapped(*args, **kwargs)
    except Exception as error:
        call.failure = (error, stacktrace.get_stacktrace(limit=xray_recorder.max_trace_back))
        raise


def pynamodb_meta_processor(
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
        instance: the HTTP session.
        args: the request.
        kwargs: none.
        return_value: the HTTP response.
        exception: in its stead.
        subsegment: of the call.
        stack: of the exception.
    """
    block: dict[str, Any] = {}
    with _shield:
        operation = _target(args).partition(".")[2]
        block.update(operation=operation, region=_region(args[0].url))
        answer = None
        if return_value is not None:
            block["request_id"] = return_value.headers.get("x-amzn-RequestId")
            subsegment.put_http_meta(http.STATUS, return_value.status_code)
            answer = _parsed(return_value.text)
        if exception:
            subsegment.add_error_flag()
            subsegment.add_exception(exception, stack, True)
        note_parameters(subsegment.name, operation, block, _parsed(args[0].body), answer)
    with _shield:
        subsegment.set_aws(block)


def _parsed(body: Any) -> Any:
    """Return what DynamoDB's JSON says; what is none, from a proxy for instance, says nothing."""
    try:
        return json.loads(body or "{}")
    except ValueError:
        return {}


def _target(args: Any) -> str:
    """Return what a request is for, such as ``DynamoDB_20120810.GetItem``; empty if unknown."""
    found = args[0].headers.get(_TARGET, "") if args else ""
    return found.decode("latin-1") if isinstance(found, bytes) else str(found)


def _region(url: str) -> str | None:
    """Return the region in the name of the endpoint; None when that has no such part."""
    parts = url.split(".")
    return parts[1] if len(parts) > 1 else None
