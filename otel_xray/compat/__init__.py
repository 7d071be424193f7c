"""
The X-Ray SDK's modules, recording OpenTelemetry spans.

`install` makes ``aws_xray_sdk`` and everything below it this package's; code that was written for
the X-Ray SDK then runs unchanged.
"""

from __future__ import annotations

from otel_xray.lazy import attach

__getattr__, __all__ = attach(
    __name__,
    {
        "install": "otel_xray.compat.installation",
        "uninstall": "otel_xray.compat.installation",
    },
)
