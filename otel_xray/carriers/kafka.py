"""
Records of Kafka, from MSK or a cluster of one's own.

Lambda passes a record's headers on as lists of bytes; the producer's instrumentation writes them.
"""

from __future__ import annotations

from collections.abc import ItemsView
from typing import Any

from otel_xray.carriers import http
from otel_xray.carriers.carried import Carried
from otel_xray.carriers.values import items, mapping


def read(record: object) -> Carried:
    """Return what a record of Lambda carries."""
    headers = items(mapping(record).get("headers"))
    return http.read({name: _text(value) for one in headers for name, value in _pairs(one)})


def _pairs(header: object) -> ItemsView[str, Any]:
    return mapping(header).items()


def _text(value: object) -> str:
    """Return a header's text; Lambda writes bytes as signed numbers."""
    try:
        return bytes(number % 256 for number in items(value)).decode()
    except (TypeError, ValueError):
        return ""
