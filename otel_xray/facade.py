"""
The process-wide façade: the calls of `api`, of which some are loaded when they are first used.

Importing it also says how the process's recording is started (`startup`).
"""

from __future__ import annotations

from otel_xray import startup
from otel_xray.api.recorder import XRayRecorder
from otel_xray.api.tracer import Tracer
from otel_xray.lazy import attach
from otel_xray.settings import Settings
from otel_xray.startup import configure

# Loaded when they are first used, as the SDK is.
LATER = {
    "DynamoTickets": "otel_xray.api.ticket_table",
    "MemoryTickets": "otel_xray.api.ticket_store",
    "TicketStore": "otel_xray.api.ticket_store",
    "correlate": "otel_xray.api.correlation",
    "remember": "otel_xray.api.remembrance",
    "resume": "otel_xray.api.resumption",
    "resume_by": "otel_xray.api.remembrance",
    "ticket": "otel_xray.api.resumption",
}

__all__ = ["Tracer", "configure", "xray_recorder"]
__getattr__, _ = attach(__name__, LATER)

xray_recorder = XRayRecorder()


def _follow(decided: Settings) -> None:
    xray_recorder.service = decided.service_name
    xray_recorder.context_missing = decided.context_missing


startup.tell(_follow)
