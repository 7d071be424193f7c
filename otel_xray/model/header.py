"""
The tracing header, ``X-Amzn-Trace-Id``.

``Root=1-…;Parent=…;Sampled=1;Lineage=…``: fields separated by semicolons, in any order. The
parser is tolerant where real senders are sloppy (blanks, trailing separators, small letters, fields
without a value, repeated fields: the first counts) and keeps every field that it does not know,
because Lambda's loop protection rides in one of them (``Lineage``).
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from otel_xray.errors import InvalidTraceHeader, InvalidTraceId
from otel_xray.model.ids import SpanId, TraceId, parse_span_id, parse_trace_id, to_hex, to_xray

HEADER_NAME = "X-Amzn-Trace-Id"

_OWN_FIELDS: Mapping[str, str] = MappingProxyType(
    {"root": "Root", "parent": "Parent", "sampled": "Sampled"}
)
_NAMES = frozenset(_OWN_FIELDS.values())
_SAMPLED: Mapping[str, bool] = MappingProxyType({"1": True, "0": False})


class TraceHeader(NamedTuple):
    """
    A parsed tracing header.

    Attributes:
        root: the trace id; None when the header carries none.
        parent: the id of the sender's segment or subsegment, if it named one.
        sampled: the sender's decision; None when it made none (absent, or ``?``).
        asked: the sender wants to hear the receiver's decision (``Sampled=?``).
        fields: every other field, in the order received (``Lineage``, ``Self``, …).
    """

    root: TraceId | None = None
    parent: SpanId | None = None
    sampled: bool | None = None
    asked: bool = False
    fields: Mapping[str, str] = MappingProxyType({})

    def with_span(self, root: TraceId, parent: SpanId, *, sampled: bool) -> TraceHeader:
        """Return the header that names another span and keeps every other field."""
        return self._replace(root=root, parent=parent, sampled=sampled, asked=False)


def parse(text: str) -> TraceHeader:
    """
    Read a tracing header.

    Raises:
        InvalidTraceHeader: ``Root`` or ``Parent`` is there and is no id.
    """
    found: dict[str, str] = {}
    for part in text.split(";"):
        name, separator, value = part.partition("=")
        key = name.strip()
        if separator and key:
            found.setdefault(_OWN_FIELDS.get(key.lower(), key), value.strip())
    return TraceHeader(
        root=_root(found.get("Root"), text),
        parent=_parent(found.get("Parent"), text),
        sampled=_SAMPLED.get(found.get("Sampled", "")),
        asked=found.get("Sampled") == "?",
        fields={key: value for key, value in found.items() if key not in _NAMES},
    )


def format(header: TraceHeader) -> str:  # noqa: A001  the pair of parse; used as header.format
    """Write *header* as the value of ``X-Amzn-Trace-Id``."""
    parts: list[str] = []
    if header.root is not None:
        parts.append(f"Root={to_xray(header.root)}")
    if header.parent is not None:
        parts.append(f"Parent={to_hex(header.parent)}")
    if header.sampled is not None or header.asked:
        parts.append(f"Sampled={'?' if header.sampled is None else int(header.sampled)}")
    parts.extend(f"{key}={value}" for key, value in header.fields.items())
    return ";".join(parts)


def _root(value: str | None, text: str) -> TraceId | None:
    if value is None:
        return None
    try:
        return parse_trace_id(value)
    except InvalidTraceId as error:
        msg = f"The tracing header {text!r} has no usable Root: {error}"
        raise InvalidTraceHeader(msg) from error


def _parent(value: str | None, text: str) -> SpanId | None:
    if not value:
        return None
    parent = parse_span_id(value)
    if parent is None:
        msg = (
            f"The tracing header {text!r} has the Parent {value!r}; it must be 16 hex digits, "
            "not all zero."
        )
        raise InvalidTraceHeader(msg)
    return parent
