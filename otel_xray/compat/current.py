"""
Which entity is current: X-Ray's own open ones and OpenTelemetry's current span, read together.

X-Ray's ``begin`` and ``end`` need not be paired, nor match the blocks of OpenTelemetry's API.
So both sides are kept, the list of open entities and the current span, and whichever is further
inside counts.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from opentelemetry.context import Context
from opentelemetry.trace import INVALID_SPAN, NonRecordingSpan, Span

from otel_xray.api.context import SPAN
from otel_xray.compat import recording
from otel_xray.compat.recording import RUNTIME
from otel_xray.model import ids
from otel_xray.spans.parent import remote

span = recording.current_span


def span_inside(entities: Sequence[Any], keeper: object) -> Span | None:
    """
    Return the current span, if it is further inside than the last of *entities*.

    Args:
        entities: open ones of X-Ray code, innermost last. A last one of None says that there shall
            be no current entity.
        keeper: the context that keeps them; the entities of another are no concern of it.
    """
    now = span()
    kept_by = getattr(recording.entity_of(now), "kept_by", None)
    if not now.get_span_context().is_valid or kept_by not in (None, keeper):
        return None
    if not entities:
        return now
    last = entities[-1]
    if last is None or last.span is now:
        return None
    # A span from around one of them: the last one was begun inside a block that is over.
    known = any(now is one.span or now is one.around for one in entities if one is not None)
    return None if known else now


def open_parent(entities: Sequence[Any]) -> Any:
    """Return the innermost of *entities* that is open still; None when all have ended."""
    return next((one for one in reversed(entities) if one is not None and one.in_progress), None)


def span_around(entity: Any) -> Span | None:
    """Return the parent's span of what begins in *entity*; None when it has no parent."""
    now = span()
    if recording.entity_of(now) is entity:
        return now
    if entity.span is None and not getattr(entity, "passed_through", False):
        trace_id = recording.trace_id(entity.trace_id)
        span_id = ids.parse_span_id(entity.id)
        if trace_id is None or span_id is None:
            return INVALID_SPAN
        entity.span = NonRecordingSpan(remote(trace_id, span_id, sampled=entity.sampled))
    found: Span | None = entity.span
    return found


def base(entities: Sequence[Any], base: Span | None) -> Span:
    """
    Return the span that was current before all *entities*.

    Args:
        entities: open ones of X-Ray code, innermost last.
        base: the span in which the first of them began.
    """
    now = span()
    for one in entities:
        if one is not None and one.span is now:
            return base or INVALID_SPAN
    return now


def make_current(entity: Any) -> None:
    """Make the span of *entity* the current one; no span, for an entity that is None."""
    span = entity.span if entity is not None else INVALID_SPAN
    if span is not None:
        restore(span)


def leave(entity: Any, around: Span | None) -> None:
    """
    Make *around* the current span again, if it is *entity* or something in it that is current.

    Args:
        entity: has closed.
        around: the span that was current before.
    """
    now = span()
    if now is not around and (now is entity.span or _is_inside(now, entity)):
        restore(around or INVALID_SPAN)


def restore(span: Span) -> None:
    """Make *span* the current one, beside everything else that the context carries."""
    RUNTIME.attach(Context({**RUNTIME.get_current(), SPAN: span}))


def _is_inside(span: Span, entity: Any) -> bool:
    parent = getattr(span, "parent", None)
    around = entity.span.get_span_context() if entity.span is not None else None
    return parent is not None and around is not None and parent.span_id == around.span_id
