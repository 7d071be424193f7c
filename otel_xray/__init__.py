"""
X-Ray's programming model on OpenTelemetry.

``Tracer`` and ``xray_recorder`` record spans; ``configure`` says where they go. Nothing is
loaded before it is used.
"""

from __future__ import annotations

from otel_xray.lazy import attach
from otel_xray.version import __version__ as __version__

__getattr__, __all__ = attach(
    __name__,
    {
        "Tracer": "otel_xray.facade",
        "configure": "otel_xray.facade",
        "xray_recorder": "otel_xray.facade",
    },
)
