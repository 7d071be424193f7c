"""
Objects of S3.

An event of S3 has nothing of who wrote the object; the object's metadata can name the writer, for
whoever fetches the object.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from otel_xray.carriers import sender, w3c
from otel_xray.carriers.carried import Carried
from otel_xray.carriers.values import at, mapping, optional

_METADATA = "Metadata"


def inject(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """
    Return arguments whose metadata name the current span as the writer.

    Args:
        arguments: of ``put_object`` or ``create_multipart_upload``, or the ``ExtraArgs`` of
            ``upload_file``.
    """
    span = sender.current()
    own = optional(arguments.get(_METADATA))
    if span is None or own is None:
        return dict(arguments)
    return {**arguments, _METADATA: {**own, **w3c.fields(span)}}


def read(answer: object) -> Carried:
    """Return what an object carries; *answer* is that of ``head_object`` or ``get_object``."""
    return Carried(w3c.parse(mapping(at(answer, _METADATA))))
