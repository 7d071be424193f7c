"""What arrived, shown as JSON."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from otel_xray.console.entity import Form, Original
from otel_xray.console.receive import otlp

_SHOW: Mapping[Form, Callable[[bytes], str]] = {
    Form.DOCUMENT: bytes.decode,
    Form.OTLP_JSON: bytes.decode,
    Form.OTLP_PROTOBUF: otlp.to_json,
}


def to_json(original: Original, body: str) -> str:
    """
    Return the JSON text of *original*.

    Args:
        original: as it was stored.
        body: the entity's document, which stands for an original that says the same.
    """
    return body if original.data is None else _SHOW[original.form](original.data)
