"""
What is written to a span later than it was said.

The list of annotation keys is one attribute, and so is each metadata namespace: they are
collected here and written once, on top of what the span has by OpenTelemetry's own API.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from opentelemetry.trace import Span

from otel_xray.mapping import metadata
from otel_xray.model import keys


class Pending:
    """Annotation keys and metadata that the span does not have yet."""

    __slots__ = ("_annotated", "_metadata")

    def __init__(self) -> None:
        self._annotated: list[str] = []
        self._metadata: dict[str, dict[str, Any]] = {}

    def annotate(self, key: str) -> None:
        """Count the attribute *key* among the annotations."""
        self._annotated.append(key)

    def put(self, namespace: str, key: str, value: Any) -> None:
        """Put *value* under *key* of *namespace*."""
        self._metadata.setdefault(namespace, {})[key] = value

    def write(self, span: Span) -> None:
        """Write everything to *span*, and forget it."""
        if not (self._annotated or self._metadata) or not span.is_recording():
            return
        present: Mapping[str, Any] = getattr(span, "attributes", None) or {}
        attributes: dict[str, Any] = {}
        if self._annotated:
            listed = present.get(keys.ANNOTATIONS, ())
            attributes[keys.ANNOTATIONS] = list(dict.fromkeys((*listed, *self._annotated)))
        for namespace, values in self._metadata.items():
            key = keys.METADATA_PREFIX + namespace
            before = metadata.from_text(present[key]) if key in present else {}
            attributes[key] = metadata.to_text({**before, **values})
        self._annotated = []
        self._metadata = {}
        span.set_attributes(attributes)
