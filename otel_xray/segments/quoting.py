"""Foreign values in the texts of errors and findings."""

from __future__ import annotations

from otel_xray.segments.values import list_of, plain

LENGTH = 60  # of a quotation: it stands in one line of a log


def quoted(value: object) -> str:
    """Return *value* as Python writes it, shortened to a part of a line."""
    text = repr(plain(_beginning(value)))
    return text if len(text) <= LENGTH else f"{text[:LENGTH]}..."


def _beginning(value: object) -> object:
    """Return the part of *value* that a quotation can show: the rest may be a megabyte."""
    if isinstance(value, str):
        return value[: 2 * LENGTH]
    return value[:LENGTH] if isinstance(value, bytes) else list_of(value)[:LENGTH] or value
