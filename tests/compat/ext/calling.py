"""What tests of clients share: the alias's recorder and modules, and what calls are recorded as."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from otel_xray.testing import Recording

# Tracing header, content and place in the tree: what each test says of a subsegment by its name.
UNTOLD = ("id", "trace_id", "parent_id", "start_time", "end_time", "type", "in_progress")


def ext(name: str) -> Any:
    """Import a module of the alias's ``ext``."""
    return import_module(f"aws_xray_sdk.ext.{name}")


def recorder() -> Any:
    """Return the alias's recorder, which records every segment."""
    found = import_module("aws_xray_sdk.core").xray_recorder
    found.configure(service="shop", sampling=False, context_missing="LOG_ERROR")
    return found


def patch(*names: str) -> None:
    """Patch libraries through the alias."""
    import_module("aws_xray_sdk.core").patch(names)


def subsegments(recorded: Recording) -> list[Any]:
    """Return the documents of all subsegments, in the order in which they ended."""
    return [one for one in recorded.documents() if one.get("type") == "subsegment"]


def told(document: Any) -> dict[str, Any]:
    """Return what a document says beside times, ids and stacks."""
    found = {key: value for key, value in document.items() if key not in UNTOLD}
    if "cause" in found:
        found["cause"] = [
            (one["type"], one["message"], bool(one.get("remote")))
            for one in found["cause"]["exceptions"]
        ]
    return found


def header(document: Any) -> str:
    """Return the tracing header of a request that names the subsegment of *document*."""
    return f"Root={document['trace_id']};Parent={document['id']};Sampled=1"
