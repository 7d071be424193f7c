"""``put_http_meta`` and HTTP status codes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from otel_xray.model import keys

_META: Mapping[str, tuple[str, Callable[[Any], Any]]] = {
    "method": (keys.HTTP_METHOD, str),
    "url": (keys.URL, str),
    "user_agent": (keys.USER_AGENT, str),
    "client_ip": (keys.CLIENT_ADDRESS, str),
    "x_forwarded_for": (keys.X_FORWARDED_FOR, bool),
    "status": (keys.HTTP_STATUS, int),
    "content_length": (keys.HTTP_RESPONSE_SIZE, int),
}


def meta(key: str, value: object) -> tuple[str, Any] | None:
    """
    Return the attribute for an entry of X-Ray's http block.

    Args:
        key: method, url, user_agent, client_ip, x_forwarded_for, status or content_length.
        value: what X-Ray code passes; a number may be text.

    Returns:
        The attribute's key and value; None when X-Ray has no such entry or *value* does not fit.
    """
    entry = _META.get(key)
    if entry is None or value is None:
        return None
    attribute, convert = entry
    try:
        return attribute, convert(value)
    except (TypeError, ValueError):
        return None
