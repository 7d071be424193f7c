"""
The field ``_otel`` of a JSON object: for services that carry nothing but what the user sends.

It is put in only where the user asks for it. It stands first, so that a reader sees from the
first bytes whether it is there, and the rest of the text stays as it is, byte for byte.
"""

from __future__ import annotations

import json

from opentelemetry.trace import SpanContext

from otel_xray.carriers import w3c
from otel_xray.carriers.carried import NOTHING, Carried
from otel_xray.carriers.values import mapping

FIELD = "_otel"
BEGINNING = f'{{"{FIELD}":'


def read(payload: object) -> Carried:
    """Return what the field of *payload*, an object of JSON, carries."""
    fields = mapping(mapping(payload).get(FIELD))
    return Carried(w3c.parse(fields)) if fields else NOTHING


def write(text: str, span: SpanContext) -> str:
    """
    Return the JSON text of an object with the field in it; any other text as it is.

    Args:
        text: of a payload.
        span: must be valid.
    """
    try:
        payload = json.loads(text)
    except (ValueError, RecursionError):
        return text
    if not isinstance(payload, dict):
        return text
    beginning = BEGINNING + json.dumps(w3c.fields(span), separators=(",", ":"))
    if FIELD in payload:  # from whoever sent it before
        del payload[FIELD]
        text = json.dumps(payload)
    rest = text.lstrip()[1:]
    return beginning + ("," if payload else "") + rest
