"""Headers of HTTP requests, as API Gateway, load balancers, function URLs and AppSync pass them."""

from __future__ import annotations

from otel_xray.carriers import w3c
from otel_xray.carriers.carried import Carried, tracing_header
from otel_xray.carriers.values import items, mapping
from otel_xray.model.header import HEADER_NAME

_XRAY = HEADER_NAME.lower()
_WANTED = frozenset({*w3c.FIELDS, _XRAY})


def read(headers: object) -> Carried:
    """
    Return what headers carry.

    Args:
        headers: name → value, or → list of values, of which the first counts; the case of a name
            does not matter.
    """
    found: dict[str, object] = {}
    for name, value in mapping(headers).items():
        key = name.lower()
        if key in _WANTED:
            found.setdefault(key, next(iter(items(value)), value))
    return Carried(w3c.parse(found), tracing_header(found.get(_XRAY))) if found else Carried()
