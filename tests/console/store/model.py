"""The folding rules as a dictionary: what the store must agree with."""

from __future__ import annotations

from collections.abc import Iterable

from otel_xray.console.entity import Entity


def fold(entities: Iterable[Entity]) -> dict[tuple[int, int], Entity]:
    """Return what is left of *entities*, by (trace id, id)."""
    kept: dict[tuple[int, int], Entity] = {}
    for entity in entities:
        key = (entity.trace_id, entity.id)
        if key not in kept or kept[key].in_progress:
            kept[key] = entity
    return kept
