"""What `Tracer`'s decorators record around a call, beyond the subsegment itself."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractAsyncContextManager, AbstractContextManager
from dataclasses import dataclass
from types import TracebackType
from typing import Any

from otel_xray.api import context
from otel_xray.api.cold_start import cold_start
from otel_xray.api.recorder import XRayRecorder
from otel_xray.api.scope import Scope
from otel_xray.instrument.shield import Shield

COLD_START = "ColdStart"
SERVICE = "Service"

_shield = Shield("recording what a captured call did")


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


class CapturedMethod:
    """
    A subsegment ``## <label>`` with the call's outcome in its metadata.

    Attributes:
        provider: `XRayRecorder`, or anything with the calls of Powertools' BaseProvider.
        label: what is called.
        options: what is kept.
        entity: the open subsegment; None while there is none.
    """

    def __init__(self, provider: Any, label: str, options: CaptureOptions) -> None:
        self.provider = provider
        self.label = label
        self.options = options
        self.entity: Any = None
        self._scope: Any = None

    def scope(self) -> AbstractContextManager[Any]:
        """Return the block that opens the subsegment."""
        scope: AbstractContextManager[Any] = self.provider.in_subsegment(name=f"## {self.label}")
        return scope

    def async_scope(self) -> AbstractAsyncContextManager[Any]:
        """Return the block that opens the subsegment of a coroutine."""
        scope: AbstractAsyncContextManager[Any] = self.provider.in_subsegment_async(
            name=f"## {self.label}"
        )
        return scope

    def __enter__(self) -> Any:
        self._scope = self.scope()
        self.entity = self._scope.__enter__()
        return self.entity

    def __exit__(
        self,
        kind: type[BaseException] | None,
        exception: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._scope.__exit__(*self._end(kind, exception, traceback))

    async def __aenter__(self) -> Any:
        self._scope = self.async_scope()
        self.entity = await self._scope.__aenter__()
        return self.entity

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        exception: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self._scope.__aexit__(*self._end(kind, exception, traceback))

    # --- what is recorded -----------------------------------------------------------------------

    def returned(self, value: object) -> None:
        """Keep the return value, unless it is None, or would be consumed by being kept."""
        if self.options.response and value is not None and not isinstance(value, Iterator):
            self._keep("response", value)

    def raised(self, exception: Exception) -> None:
        """Keep the exception."""
        if self.options.error:
            self._keep("error", exception)

    def closing(self) -> None:
        """Record what belongs at the end of the entity."""

    def _keep(self, outcome: str, value: object) -> None:
        if self.entity is not None:
            with _shield:
                self.entity.put_metadata(
                    key=f"{self.label} {outcome}", value=value, namespace=self.options.service
                )

    def _end(
        self,
        kind: type[BaseException] | None,
        exception: BaseException | None,
        traceback: TracebackType | None,
    ) -> tuple[Any, Any, Any]:
        """Record the end, and return what the scope is to hear of it."""
        if isinstance(exception, Exception):
            self.raised(exception)
        self.closing()
        if isinstance(exception, GeneratorExit):  # who stops asking for more has not failed
            return None, None, None
        return kind, exception, traceback


class CapturedHandler(CapturedMethod):
    """
    The subsegment of a Lambda handler, with the annotations ``ColdStart`` and ``Service``.

    Where nothing is open and Lambda made no segment, `XRayRecorder` makes a segment in its place,
    named after the service.
    """

    def scope(self) -> AbstractContextManager[Any]:
        """Return the block that opens the subsegment, or the segment."""
        return self._segment() or super().scope()

    def async_scope(self) -> AbstractAsyncContextManager[Any]:
        """Return the same for a coroutine."""
        return self._segment() or super().async_scope()

    def _segment(self) -> Scope | None:
        place = context.here()
        somewhere = place.entity is not None or place.header is not None
        if somewhere or not isinstance(self.provider, XRayRecorder):
            return None
        return self.provider.in_segment(self.options.service)

    def closing(self) -> None:
        """Annotate the handler's own entity."""
        if self.entity is not None:
            with _shield:
                self.entity.put_annotation(key=COLD_START, value=cold_start.is_cold())
                if self.options.service:
                    self.entity.put_annotation(key=SERVICE, value=self.options.service)
