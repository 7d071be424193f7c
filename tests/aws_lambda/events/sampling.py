"""Sample events: a file or more for each row of the table, ``<row>[-<variant>].json``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "samples"
ATTRIBUTES = Path(__file__).parent / "attributes.json"
NAMES = sorted(path.stem for path in FOLDER.glob("*.json"))

# Whom the samples name.
TRACE_ID = 0x5759E988BD862E3FE1BE46A994272793
SPAN_ID = 0x53995C3F42CD8AD8
OTHER_TRACE_ID = 0x5759E988CCCCCCCCCCCCCCCCCCCCCCCC
OTHER_SPAN_ID = 0xAAAAAAAAAAAAAAAA


def sample(name: str) -> Any:
    """Return the event in a file."""
    return json.loads((FOLDER / f"{name}.json").read_text())


def expected_attributes(name: str) -> dict[str, Any]:
    """Return the attributes that the event in a file gives, beside that of its row."""
    found: dict[str, dict[str, Any]] = json.loads(ATTRIBUTES.read_text())
    return found[name]
