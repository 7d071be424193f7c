"""Documents of one run, and the forest that they are."""

from __future__ import annotations

import itertools
from typing import Any

from otel_xray.compat.verify import normal, trees
from otel_xray.compat.verify.comparison import Forest

_ids = itertools.count(1)

BEGUN = 0x5759E988  # the second of the trace
TRACE = "1-5759e988-bd862e3fe1be46a994272793"
AWS = {"xray": {"sdk": "X-Ray for Python", "sdk_version": "2.15.0"}}


def segment(name: str, *subsegments: dict[str, Any], **members: Any) -> dict[str, Any]:
    """Return the document of a segment that a recorder has begun."""
    return {
        "name": name,
        "id": f"{next(_ids):016x}",
        "trace_id": TRACE,
        "start_time": BEGUN,
        "end_time": BEGUN + 1,
        "aws": AWS,
        **({"subsegments": list(subsegments)} if subsegments else {}),
        **members,
    }


def subsegment(name: str, *subsegments: dict[str, Any], **members: Any) -> dict[str, Any]:
    """Return the document of a subsegment, as it stands in its parent's."""
    inside = segment(name, *subsegments, **{"namespace": "local", **members})
    del inside["trace_id"]
    if "aws" not in members:
        del inside["aws"]
    return inside


def forest(*documents: dict[str, Any]) -> Forest:
    """Return what is compared of a run that has sent *documents*."""
    return normal.normalise(trees.assemble(documents))
