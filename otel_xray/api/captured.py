"""What `Tracer`'s decorators record around a call, beyond the subsegment itself."""

from __future__ import annotations

from dataclasses import dataclass

from otel_xray.api import context
from otel_xray.api.cold_start import cold_start
from otel_xray.api.entities import Entity
from otel_xray.api.recorder import XRayRecorder
from otel_xray.api.scope import Scope

COLD_START = "ColdStart"
SERVICE = "Service"


@dataclass(frozen=True, slots=True)
class CaptureOptions:
    """
    What is kept of a call.

    Attributes:
        service: namespace of the metadata, and value of the annotation ``Service``.
        response: the return value, as metadata ``<label> response``.
        error: the exception, as metadata ``<label> error`` beside the cause.
    """

    service: str
    response: bool
    error: bool


class CapturedMethod(Scope):
    """A subsegment ``## <label>`` with the call's outcome in its metadata."""

    def __init__(self, recorder: XRayRecorder, label: str, options: CaptureOptions) -> None:
        super().__init__(self.begin, f"## {label}")
        self.recorder = recorder
        self.label = label
        self.options = options

    def begin(self, name: str) -> Entity:
        """Open the subsegment."""
        return self.recorder.begin_subsegment(name)

    def returned(self, value: object) -> None:
        """Keep the return value, unless it is None."""
        if self.entity is not None and self.options.response and value is not None:
            self.entity.put_metadata(f"{self.label} response", value, self.options.service)

    def raised(self, entity: Entity, exception: BaseException) -> None:
        """Keep the exception."""
        super().raised(entity, exception)
        if self.options.error:
            entity.put_metadata(f"{self.label} error", exception, self.options.service)


class CapturedHandler(CapturedMethod):
    """
    The subsegment of a Lambda handler, with the annotations ``ColdStart`` and ``Service``.

    Where nothing is open and Lambda made no segment, it is a segment named after the service.
    """

    def begin(self, name: str) -> Entity:
        """Open the subsegment, or the segment."""
        place = context.here()
        if place.entity is None and place.header is None:
            return self.recorder.begin_segment(self.options.service)
        return super().begin(name)

    def closing(self, entity: Entity) -> None:
        """Annotate the handler's own entity."""
        entity.put_annotation(COLD_START, cold_start.is_cold())
        entity.put_annotation(SERVICE, self.options.service)
