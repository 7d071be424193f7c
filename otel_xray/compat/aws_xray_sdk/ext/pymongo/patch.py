"""Commands to MongoDB, as pymongo tells of them."""

from __future__ import annotations

from typing import Any

from pymongo import monitoring

from otel_xray.compat import wrapping
from otel_xray.compat.databases import REMOTE

from ...core import xray_recorder

_PATCHED = "_xray_enabled"


class XrayCommandListener(monitoring.CommandListener):
    """
    Makes a subsegment of each command, named ``database@host:port``.

    What is sent and answered is recorded only when that is asked for: it may be secret.
    """

    def __init__(self, record_full_documents: bool) -> None:
        """
        Listen.

        Args:
            record_full_documents: put commands and answers into the metadata.
        """
        super().__init__()
        self.record_full_documents = record_full_documents
        self._open: dict[int, Any] = {}

    def started(self, event: monitoring.CommandStartedEvent) -> None:
        """Begin a subsegment, if there is a segment."""
        if not wrapping.is_in_use(patch):
            return
        host, port = event.connection_id
        address = f"{host}:{port}"
        subsegment = xray_recorder.begin_subsegment(f"{event.database_name}@{address}", REMOTE)
        if subsegment is None:
            return
        self._open[event.request_id] = subsegment
        for key, value in (
            ("command_name", event.command_name),
            ("connection_id", address),
            ("database_name", event.database_name),
            ("operation_id", event.operation_id),
            ("request_id", event.request_id),
        ):
            subsegment.put_annotation(f"mongodb_{key}", value)
        if self.record_full_documents:
            subsegment.put_metadata("mongodb_command", event.command)

    def succeeded(self, event: monitoring.CommandSucceededEvent) -> None:
        """End the subsegment of the command."""
        subsegment = self._ended(event)
        if subsegment is not None:
            if self.record_full_documents:
                subsegment.put_metadata("mongodb_reply", event.reply)
            xray_recorder.end_subsegment()

    def failed(self, event: monitoring.CommandFailedEvent) -> None:
        """End the subsegment of the command as a fault."""
        subsegment = self._ended(event)
        if subsegment is not None:
            subsegment.add_fault_flag()
            subsegment.put_metadata("failure", event.failure)
            xray_recorder.end_subsegment()

    def _ended(self, event: Any) -> Any:
        """Return the subsegment of the command that has ended; None when it has none."""
        subsegment = self._open.pop(event.request_id, None)
        if subsegment is not None:
            subsegment.put_annotation("mongodb_duration_micros", event.duration_micros)
        return subsegment


def patch(record_full_documents: bool = False) -> None:
    """
    Record the commands of clients that are made from now on; harmless when it is repeated.

    Args:
        record_full_documents: put commands and answers into the metadata.
    """
    before = getattr(monitoring, _PATCHED, None)
    if not (callable(before) and wrapping.is_in_use(before)):
        setattr(monitoring, _PATCHED, patch)
        monitoring.register(XrayCommandListener(record_full_documents))
