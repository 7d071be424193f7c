"""Queries in a segment, and the subsegments that they become."""

from __future__ import annotations

import json
from collections.abc import Callable
from importlib import import_module
from typing import Any

MEMBERS = ("name", "namespace", "sql", "annotations", "metadata", "fault", "error")


def recorder() -> Any:
    """Return the process's recorder."""
    return import_module("aws_xray_sdk.core").xray_recorder


def recorded(queries: Callable[[], object]) -> list[dict[str, Any]]:
    """
    Return what is told of each subsegment that *queries* begins.

    Subsegments in it stand under ``subsegments``; an exception is left to the test.
    """
    with recorder().in_segment("shop", sampling=1) as segment:
        recorder().streaming_threshold = 1000
        queries()
        document = json.loads(segment.serialize())
    return [told(one) for one in document.get("subsegments", ())]


def told(subsegment: dict[str, Any]) -> dict[str, Any]:
    """Return what is told of *subsegment*, without its ids, times and cause."""
    found = {member: subsegment[member] for member in MEMBERS if member in subsegment}
    inside = [told(one) for one in subsegment.get("subsegments", ())]
    return {**found, "subsegments": inside} if inside else found
