"""The application ``aws_xray_sdk.ext.django``, for ``INSTALLED_APPS``."""

from __future__ import annotations

import logging
from contextlib import nullcontext
from typing import Any

from django.apps import AppConfig

from ...core import patch, xray_recorder
from ...core.exceptions.exceptions import SegmentNameMissingException
from .conf import settings
from .db import patch_db
from .templates import patch_template

log = logging.getLogger(__name__)

_ARGUMENTS = {  # of the recorder's `configure`, and the settings that they come from
    "daemon_address": "AWS_XRAY_DAEMON_ADDRESS",
    "sampling": "SAMPLING",
    "sampling_rules": "SAMPLING_RULES",
    "sampler": "SAMPLER",
    "context_missing": "AWS_XRAY_CONTEXT_MISSING",
    "plugins": "PLUGINS",
    "service": "AWS_XRAY_TRACING_NAME",
    "dynamic_naming": "DYNAMIC_NAMING",
    "streaming_threshold": "STREAMING_THRESHOLD",
    "max_trace_back": "MAX_TRACE_BACK",
    "stream_sql": "STREAM_SQL",
}


class XRayConfig(AppConfig):  # type: ignore[misc]  # Django has no types
    """Configures the recorder with Django's settings."""

    name = "aws_xray_sdk.ext.django"

    def ready(self) -> None:
        """
        Configure the recorder and patch; harmless when repeated.

        Raises:
            SegmentNameMissingException: the service has no name.
        """
        if not settings.AWS_XRAY_TRACING_NAME:
            msg = "Segment name is required."
            raise SegmentNameMissingException(msg)
        arguments: dict[str, Any] = {
            argument: getattr(settings, setting) for argument, setting in _ARGUMENTS.items()
        }
        xray_recorder.configure(**arguments)
        if settings.PATCH_MODULES:
            parent = settings.AUTO_PATCH_PARENT_SEGMENT_NAME
            with xray_recorder.in_segment(parent) if parent is not None else nullcontext():
                patch(
                    settings.PATCH_MODULES, ignore_module_patterns=settings.IGNORE_MODULE_PATTERNS
                )
        if settings.AUTO_INSTRUMENT:
            try:
                patch_db()
            except Exception:
                log.debug("Django's databases are not patched.", exc_info=True)
            try:
                patch_template()
            except Exception:
                log.debug("Django's templates are not patched.", exc_info=True)
