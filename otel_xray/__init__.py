"""
X-Ray's programming model on OpenTelemetry.

``Tracer`` and ``xray_recorder`` record spans; ``configure`` says where they go. ``correlate``,
``ticket``, ``resume``, ``remember`` and ``resume_by`` join the traces of asynchronous work. Nothing
is loaded before it is used.
"""

from __future__ import annotations

from otel_xray.lazy import attach
from otel_xray.version import __version__ as __version__

__getattr__, __all__ = attach(
    __name__,
    {
        "DynamoTickets": "otel_xray.facade",
        "MemoryTickets": "otel_xray.facade",
        "TicketStore": "otel_xray.facade",
        "Tracer": "otel_xray.facade",
        "configure": "otel_xray.startup",
        "correlate": "otel_xray.facade",
        "record_handler": "otel_xray.aws_lambda.records",
        "records": "otel_xray.aws_lambda.records",
        "remember": "otel_xray.facade",
        "resume": "otel_xray.facade",
        "resume_by": "otel_xray.facade",
        "suppress": "otel_xray.instrument.suppression",
        "ticket": "otel_xray.facade",
        "xray_recorder": "otel_xray.facade",
    },
)
