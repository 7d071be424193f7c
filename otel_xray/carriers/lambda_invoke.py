"""
Invocations of a function by ``Invoke``.

X-Ray's tracing header travels with the request. The client context carries W3C Trace Context,
in ``custom``, where every runtime shows it; Lambda itself passes its own on as ``context.w3c()``.
The documentation of ``Invoke`` promises the client context for synchronous invocations only.
"""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Mapping
from typing import Any

from opentelemetry.trace import SpanContext

from otel_xray.carriers import sender, w3c
from otel_xray.carriers.carried import Carried, tracing_header
from otel_xray.carriers.values import NOTHING, Object, at, mapping, optional, parsed
from otel_xray.model.header import HEADER_NAME

LIMIT = 3_583  # bytes of base64 that Lambda takes

_CONTEXT = "ClientContext"
_CUSTOM = "custom"


def inject(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """
    Return arguments of ``invoke`` whose client context names the current span as the caller.

    What stands there already is kept; one that is no JSON, or would become too long, is left as it
    is.
    """
    span = sender.current()
    existing: object = arguments.get(_CONTEXT)
    if span is None or not isinstance(existing, str | None):
        return dict(arguments)
    context = _decoded(existing)
    custom = optional(context.get(_CUSTOM)) if context is not None else None
    if context is None or custom is None:
        return dict(arguments)
    named = {**context, _CUSTOM: {**custom, **w3c.fields(span)}}
    encoded = b64encode(json.dumps(named).encode()).decode()
    return {**arguments, _CONTEXT: encoded} if len(encoded) <= LIMIT else dict(arguments)


def read(context: object) -> Carried:
    """
    Return what an invocation carries.

    Args:
        context: the second argument of a handler, or its client context, as an object or as JSON,
            or that as ``custom``.
    """
    client = getattr(context, "client_context", None) or context
    custom = mapping(at(client, _CUSTOM) or getattr(client, _CUSTOM, client))
    return Carried(
        _native(context) or w3c.parse(mapping(at(client, "w3c"))) or w3c.parse(custom),
        tracing_header(custom.get(HEADER_NAME)),
    )


def _native(context: object) -> SpanContext | None:
    """Return what the runtime itself found; older runtimes do not look."""
    ask = getattr(context, "w3c", None)
    return w3c.parse(mapping(ask())) if callable(ask) else None


def _decoded(encoded: str | None) -> Object | None:
    """Return what a client context says; None when it cannot be read."""
    if not encoded:
        return NOTHING
    try:
        return parsed(b64decode(encoded, validate=True)) or None
    except ValueError:
        return None
