"""
Records of a DynamoDB stream.

A record has the item and nothing of who wrote it, so a writer is named in the item, only where the
user asks: as its attribute ``_otel``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from otel_xray.carriers import embedded, sender, w3c
from otel_xray.carriers.carried import NOTHING, Carried
from otel_xray.carriers.values import at, mapping


def inject(item: Mapping[str, Any], *, typed: bool = False) -> dict[str, Any]:
    """
    Return an item that names the current span as its writer.

    Args:
        item: of ``put_item``.
        typed: the item is one for boto3's client (``{"S": "1"}``), not for its ``Table``.
    """
    span = sender.current()
    if span is None:
        return dict(item)
    fields: Mapping[str, Any] = w3c.fields(span)
    if typed:
        fields = {"M": {key: {"S": value} for key, value in fields.items()}}
    return {**item, embedded.FIELD: fields}


def read(record: object) -> Carried:
    """
    Return what a record carries.

    A write that left the attribute as it was, or removed the item, was another's.

    Args:
        record: of Lambda, or of boto3's client of DynamoDB Streams.
    """
    images = mapping(mapping(record).get("dynamodb"))
    written = at(images, "NewImage", embedded.FIELD, "M")
    if written is None or written == at(images, "OldImage", embedded.FIELD, "M"):
        return NOTHING
    return Carried(w3c.parse({key: at(written, key, "S") for key in w3c.FIELDS}))
