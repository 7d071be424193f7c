"""Template engines whose rendering is a subsegment, named after the template."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from otel_xray.instrument.shield import Shield

SUBSEGMENT = "template_render"

# owner and attribute → what stands there, and what it stands for
_captured: dict[tuple[Any, str], tuple[Any, Callable[..., Any]]] = {}
_shield = Shield("naming the subsegment of a template for X-Ray")


def capture(
    owner: Any, attribute: str, recorder: Any, name_of: Callable[..., str | None]
) -> Callable[..., Any]:
    """
    Let a function render in a subsegment.

    Once only: a second recorder takes the place of the first, since there is one rendering.

    Args:
        owner: module or class.
        attribute: name of the function in it.
        recorder: of the X-Ray SDK.
        name_of: returns the template's name, if it has any, for the function's arguments.

    Returns:
        The function as it was.
    """
    original: Callable[..., Any] = getattr(owner, attribute)
    captured, before = _captured.get((owner, attribute), (None, original))
    if original is captured:
        original = before

    @wraps(original)
    def render(*args: Any, **kwargs: Any) -> Any:
        with _shield:
            name = name_of(*args)
            subsegment = recorder.current_subsegment() if name else None
            if subsegment is not None:
                subsegment.name = name
        return original(*args, **kwargs)

    captured = recorder.capture(SUBSEGMENT)(render)
    setattr(owner, attribute, captured)
    _captured[owner, attribute] = (captured, original)
    return original
