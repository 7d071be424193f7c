"""Templates of Django, whose rendering is a subsegment."""

from __future__ import annotations

import logging
from typing import Any

from django.template import Template

from otel_xray.compat import template_rendering

from ...core import xray_recorder

log = logging.getLogger(__name__)

_ORIGINAL = "_xray_original_render"  # where X-Ray code may look for it


def patch_template() -> None:
    """Record the rendering of templates; harmless when repeated."""
    original = template_rendering.capture(Template, "render", xray_recorder, _name_of)
    setattr(Template, _ORIGINAL, original)


def _name_of(template: Any, context: Any = None, *_more: Any) -> str | None:
    name = template.name or getattr(context, "template_name", None)
    # A name that is marked as safe for HTML is a text of another class; here it shall be a text.
    return str.__str__(str(name)) if name else None
