"""
`Tracer`: the calls of Powertools' Tracer, in Python and with TypeScript's additions.

Powertools for AWS (TypeScript) has ``getSegment``, ``setSegment``, ``annotateColdStart`` and the
like; Powertools for AWS (Python) has the decorators. Both are here under Python's spellings.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any, ClassVar, TypeVar, overload

from otel_xray import settings
from otel_xray.api import capture, context
from otel_xray.api.captured import (
    COLD_START,
    SERVICE,
    CapturedHandler,
    CapturedMethod,
    CaptureOptions,
)
from otel_xray.api.cold_start import cold_start
from otel_xray.api.entities import Entity
from otel_xray.api.recorder import XRayRecorder
from otel_xray.instrument import ignored

Function = TypeVar("Function", bound=Callable[..., Any])
Client = TypeVar("Client")

# What a name must not have; a function in a function has <locals> in its own.
_REFUSED = str.maketrans("", "", "?;*()!$~^<>")


class Tracer:
    """
    Traces a Lambda function or any other program.

    Attributes:
        service: name of the service, put on annotations and used as the metadata namespace.
        disabled: nothing is recorded.
        auto_patch: libraries were instrumented when the tracer was made.
        provider: the recorder underneath.
    """

    method_block: ClassVar[type[CapturedMethod]] = CapturedMethod
    handler_block: ClassVar[type[CapturedMethod]] = CapturedHandler

    def __init__(
        self,
        service: str | None = None,
        disabled: bool | None = None,
        auto_patch: bool | None = None,
        patch_modules: Sequence[str] | None = None,
        provider: Any = None,
    ) -> None:
        """
        Make a tracer.

        Args:
            service: name of the service; by default from the environment
                (``POWERTOOLS_SERVICE_NAME``, ``OTEL_SERVICE_NAME``, the function's name).
            disabled: record nothing; by default as ``POWERTOOLS_TRACE_DISABLED`` says.
            auto_patch: instrument libraries, now or when they are imported; so by default.
            patch_modules: these libraries; by default those that ``OTEL_XRAY_INSTRUMENT`` names.
            provider: the recorder to use: an `XRayRecorder`, the X-Ray SDK's, or anything with the
                calls of Powertools' BaseProvider.

        Raises:
            ConfigurationError: a library is unknown.
        """
        decided = settings.load()
        self.service = service or decided.service_name
        self.disabled = not decided.enabled if disabled is None else disabled
        self.auto_patch = True if auto_patch is None else auto_patch
        self.provider: Any = provider or XRayRecorder(self.service, decided.context_missing)
        self._capture_response = decided.capture_response
        self._capture_error = decided.capture_error
        if self.auto_patch:
            self.patch(patch_modules)

    # --- the current entity -------------------------------------------------------------------

    def get_segment(self) -> Entity | None:
        """Return the current segment or subsegment; in Lambda at first the function's own."""
        entity: Entity | None = None if self.disabled else self.provider.get_trace_entity()
        return entity

    def set_segment(self, entity: Entity | None) -> None:
        """Make *entity* the current one."""
        if not self.disabled:
            self.provider.set_trace_entity(entity)

    def put_annotation(self, key: str, value: str | float | bool) -> None:
        """Annotate the current entity."""
        if not self.disabled:
            self.provider.put_annotation(key=key, value=value)

    def put_metadata(self, key: str, value: Any, namespace: str | None = None) -> None:
        """Put metadata on the current entity, in the service's namespace by default."""
        if not self.disabled:
            self.provider.put_metadata(key=key, value=value, namespace=namespace or self.service)

    def annotate_cold_start(self) -> None:
        """Annotate whether this is the first invocation: ``ColdStart``."""
        self.put_annotation(COLD_START, cold_start.is_cold())

    def add_service_name_annotation(self) -> None:
        """Annotate the name of the service: ``Service``."""
        self.put_annotation(SERVICE, self.service)

    def add_response_as_metadata(self, response: object, name: str) -> None:
        """Put *response* of what is called *name* into the metadata, unless it is None."""
        if response is not None and self._capture_response:
            self.put_metadata(f"{name} response", response)

    def add_error_as_metadata(self, error: BaseException, remote: bool = False) -> None:
        """Record *error* on the current entity; *remote* if it happened on the other side."""
        entity = self.get_segment()
        if entity is not None:
            entity.add_exception(error, remote=remote)

    def is_tracing_enabled(self) -> bool:
        """Say whether this tracer records anything."""
        return not self.disabled

    def is_trace_sampled(self) -> bool:
        """Say whether the current trace is recorded."""
        return not self.disabled and bool(self.provider.is_sampled())

    def get_root_xray_trace_id(self) -> str | None:
        """Return the trace id of the current trace, in X-Ray's spelling."""
        entity = None if self.disabled else context.current()
        return entity.trace_id if entity else None

    # --- libraries ----------------------------------------------------------------------------

    def patch(self, modules: Sequence[str] | None = None) -> None:
        """
        Trace the calls through the libraries *modules*, or through those that the settings name.

        Raises:
            ConfigurationError: a library is unknown.
        """
        if self.disabled:
            return
        if modules is None:
            self.provider.patch_all()
        else:
            self.provider.patch(modules)

    def ignore_endpoint(
        self, hostname: str | None = None, urls: Sequence[str] | None = None
    ) -> None:
        """
        Trace no HTTP calls to some places, from now on.

        Args:
            hostname: of the place; ``*``, ``?`` and ``[…]`` are wildcards. Any, by default.
            urls: paths there. Any, by default.
        """
        ignored.add(hostname, urls)

    def capture_aws_client(self, client: Client) -> Client:
        """Trace the calls of one boto3 or botocore *client*, and return it."""
        if self.disabled:
            return client
        from otel_xray.instrument import botocore  # noqa: PLC0415  only who has a client pays for it

        return botocore.capture(client)

    # --- decorators ---------------------------------------------------------------------------

    @overload
    def capture_lambda_handler(
        self,
        lambda_handler: Function,
        capture_response: bool | None = None,
        capture_error: bool | None = None,
    ) -> Function: ...
    @overload
    def capture_lambda_handler(
        self,
        lambda_handler: None = None,
        capture_response: bool | None = None,
        capture_error: bool | None = None,
    ) -> Callable[[Function], Function]: ...
    def capture_lambda_handler(
        self,
        lambda_handler: Callable[..., Any] | None = None,
        capture_response: bool | None = None,
        capture_error: bool | None = None,
    ) -> Callable[..., Any]:
        """
        Decorate a handler: a subsegment ``## <name>`` around each invocation.

        It carries the annotations ``ColdStart`` and ``Service``, what the handler returns as the
        metadata ``<name> response``, and the exception it raises. Where no segment is open and
        Lambda made none, it is a segment of its own, named after the service.

        Args:
            lambda_handler: when used without arguments.
            capture_response: put the response into the metadata.
            capture_error: record the exception.
        """
        if lambda_handler is None:
            return functools.partial(
                self.capture_lambda_handler,
                capture_response=capture_response,
                capture_error=capture_error,
            )
        name = lambda_handler.__name__
        return self._capture(
            lambda_handler, self.handler_block, name, capture_response, capture_error
        )

    @overload
    def capture_method(
        self,
        method: Function,
        capture_response: bool | None = None,
        capture_error: bool | None = None,
    ) -> Function: ...
    @overload
    def capture_method(
        self,
        method: None = None,
        capture_response: bool | None = None,
        capture_error: bool | None = None,
    ) -> Callable[[Function], Function]: ...
    def capture_method(
        self,
        method: Callable[..., Any] | None = None,
        capture_response: bool | None = None,
        capture_error: bool | None = None,
    ) -> Callable[..., Any]:
        """
        Decorate a function of any kind: a subsegment ``## <module>.<name>`` around each call.

        Args:
            method: when used without arguments.
            capture_response: put the return value into the metadata.
            capture_error: record the exception.
        """
        if method is None:
            return functools.partial(
                self.capture_method,
                capture_response=capture_response,
                capture_error=capture_error,
            )
        name = f"{method.__module__}.{method.__qualname__}".translate(_REFUSED)
        return self._capture(method, self.method_block, name, capture_response, capture_error)

    def _capture(
        self,
        function: Function,
        block: type[CapturedMethod],
        name: str,
        response: bool | None,
        error: bool | None,
    ) -> Function:
        if self.disabled:
            return function
        kept = self._kept(response, error)
        # The service may be assigned later.
        return capture.wrap(
            function, lambda: block(self.provider, name, CaptureOptions(self.service, *kept))
        )

    def _kept(self, response: bool | None, error: bool | None) -> tuple[bool, bool]:
        """Say whether the response and the error of what is decorated now are kept."""
        return (
            self._capture_response if response is None else response,
            self._capture_error if error is None else error,
        )
