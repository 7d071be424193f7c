"""
Powertools' Tracer: `otel_xray.Tracer` on the X-Ray SDK's recorder, with Powertools' defaults.

Outside Lambda it is disabled, and what one tracer was given the next ones inherit.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from importlib import import_module
from typing import Any, ClassVar

from otel_xray import settings
from otel_xray.api.captured import CapturedHandler, CapturedMethod
from otel_xray.api.tracer import Tracer as PlainTracer
from otel_xray.setting_values import parse_boolean

_log = logging.getLogger(__name__)

_SDK = "aws_xray_sdk"
_EMULATORS = ("AWS_SAM_LOCAL", "AWS_CHALICE_CLI_MODE")


class Method(CapturedMethod):
    """A captured method; its exception is logged, too."""

    def raised(self, exception: Exception) -> None:
        """Log and keep the exception."""
        _log.error("%s has raised an exception.", self.label, exc_info=exception)
        super().raised(exception)


class Handler(Method, CapturedHandler):
    """A captured handler; its exception is logged, too."""


class Tracer(PlainTracer):
    """
    Traces a Lambda function.

    Attributes:
        service: name of the service, put on annotations and used as the metadata namespace.
        disabled: nothing is recorded; by default so outside Lambda.
        auto_patch: libraries were patched when the tracer was made.
        provider: the recorder underneath; the X-Ray SDK's by default.
    """

    method_block = Method
    handler_block = Handler

    _default_config: ClassVar[dict[str, Any]] = {
        "service": "",
        "disabled": False,
        "auto_patch": True,
        "patch_modules": None,
        "provider": None,
    }
    _config: ClassVar[dict[str, Any]] = dict(_default_config)

    def __init__(
        self,
        service: str | None = None,
        disabled: bool | None = None,
        auto_patch: bool | None = None,
        patch_modules: Sequence[str] | None = None,
        provider: Any = None,
    ) -> None:
        """
        Make a tracer; what is not given is as it was for the last one.

        Args:
            service: name of the service; by default from ``POWERTOOLS_SERVICE_NAME``.
            disabled: record nothing; by default as ``POWERTOOLS_TRACE_DISABLED`` says, and outside
                Lambda. Once true it stays so.
            auto_patch: patch libraries, now or when they are imported; so by default.
            patch_modules: these libraries; by default all that are supported.
            provider: the recorder to use, with the calls of `BaseProvider`.

        Raises:
            ValueError: a variable is neither true nor false.
        """
        config = self._config
        config["provider"] = provider or config["provider"] or _xray_provider()
        config["auto_patch"] = config["auto_patch"] if auto_patch is None else auto_patch
        named = service or settings.environment().get("POWERTOOLS_SERVICE_NAME")
        config["service"] = named or config["service"]
        off = _off_by_environment() if disabled is None else disabled
        config["disabled"] = off or config["disabled"]
        config["patch_modules"] = patch_modules or config["patch_modules"]
        if config["disabled"]:
            import_module(_SDK).global_sdk_config.set_sdk_enabled(False)
        super().__init__(
            config["service"],
            disabled=config["disabled"],
            auto_patch=config["auto_patch"],
            patch_modules=patch_modules,
            provider=config["provider"],
        )
        self.service = config["service"]
        if self._is_xray_provider() and not self.disabled:
            # One subsegment a datagram: that many fit, whatever the function records.
            import_module(f"{_SDK}.core").xray_recorder.configure(streaming_threshold=0)

    def ignore_endpoint(
        self, hostname: str | None = None, urls: Sequence[str] | None = None
    ) -> None:
        """
        Trace no calls through httplib to some places, if the provider is the X-Ray SDK's.

        Args:
            hostname: of the place; ``*``, ``?`` and ``[…]`` are wildcards. Any, by default.
            urls: paths there. Any, by default.
        """
        if self._is_xray_provider():
            import_module(f"{_SDK}.ext.httplib").add_ignored(hostname=hostname, urls=urls)

    @classmethod
    def _reset_config(cls) -> None:
        cls._config = dict(cls._default_config)

    def _is_xray_provider(self) -> bool:
        return _SDK in self.provider.__module__

    def _kept(self, response: bool | None, error: bool | None) -> tuple[bool, bool]:
        return (
            _switch("POWERTOOLS_TRACER_CAPTURE_RESPONSE", "true") if response is None else response,
            _switch("POWERTOOLS_TRACER_CAPTURE_ERROR", "true") if error is None else error,
        )


def aiohttp_trace_config() -> Any:
    """Return a configuration for an aiohttp client session that makes its calls subsegments."""
    return import_module(f"{_SDK}.ext.aiohttp.client").aws_xray_trace_config()


def _xray_provider() -> Any:
    core = import_module(f"{_SDK}.core")
    provider = core.xray_recorder
    provider.patch = core.patch
    provider.patch_all = core.patch_all
    return provider


def _off_by_environment() -> bool:
    environ = settings.environment()
    emulated = any(environ.get(name) for name in _EMULATORS)
    return (
        _switch("POWERTOOLS_TRACE_DISABLED", "false")
        or emulated
        or not environ.get("LAMBDA_TASK_ROOT")
    )


def _switch(name: str, default: str) -> bool:
    text = settings.environment().get(name, default)
    try:
        return parse_boolean(text)
    except ValueError as error:
        msg = f"{name} is {text!r}: {error}"
        raise ValueError(msg) from None
