"""
Powertools' Tracer, recording OpenTelemetry spans, without its defects and without Powertools.

`install` makes ``aws_lambda_powertools.tracing`` and ``aws_lambda_powertools.Tracer`` this
package's. Powertools' own Tracer needs none of this: it works on the alias as it is.
"""

from __future__ import annotations

from otel_xray.lazy import attach

__getattr__, __all__ = attach(
    __name__,
    {
        "Tracer": "otel_xray.compat.powertools.tracing",
        "aiohttp_trace_config": "otel_xray.compat.powertools.tracing",
        "install": "otel_xray.compat.powertools.installation",
        "uninstall": "otel_xray.compat.powertools.installation",
    },
)
