"""
Settings: the only reader of the environment.

Old variables (``AWS_XRAY_*``, ``POWERTOOLS_*``) are honoured, the standard ones (``OTEL_*``) are
used, and own ones start with ``OTEL_XRAY_``. `Settings.from_environ` decides everything at once
and keeps the reason for what it decided.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TypeAlias, TypeVar

from otel_xray.errors import ConfigurationError
from otel_xray.setting_values import (
    Address,
    ContextMissingStrategy,
    ExporterKind,
    parse_boolean,
    parse_compression,
    parse_daemon_address,
    parse_exporters,
    parse_headers,
    parse_milliseconds,
    parse_pairs,
    parse_strategy,
    parse_url,
)

Environ: TypeAlias = Mapping[str, str]
Parsed = TypeVar("Parsed")

_log = logging.getLogger(__name__)
_reported: set[str] = set()

TRACES_PATH = "v1/traces"
UNKNOWN_SERVICE = "unknown_service"


@dataclass(frozen=True, slots=True)
class Backend:
    """
    A preset: what a backend needs, used only where the environment says nothing.

    Attributes:
        exporters: ways out.
        otlp_endpoint: base URL for OTLP/HTTP.
    """

    exporters: tuple[ExporterKind, ...]
    otlp_endpoint: str = "http://localhost:4318"


BACKENDS: Mapping[str, Backend] = {
    "console": Backend((ExporterKind.OTLP,), "http://127.0.0.1:4318"),
    "adot": Backend((ExporterKind.OTLP,)),
    "xray-daemon": Backend((ExporterKind.XRAY,)),
}

DAEMON_ADDRESS = Address("127.0.0.1", 2000)


@dataclass(frozen=True, slots=True)
class Fallback:
    """
    Where spans go when the environment names no backend.

    Attributes:
        exporters: ways out.
        reason: why these; for people.
        daemon_address: UDP address of the X-Ray daemon, unless a variable says another.
        service_name: name of the service, unless a variable says another.
    """

    exporters: tuple[ExporterKind, ...]
    reason: str
    daemon_address: Address = DAEMON_ADDRESS
    service_name: str = ""


@dataclass(frozen=True, slots=True)
class Settings:
    """
    Everything that the environment and `otel_xray.configure` decide.

    Attributes:
        enabled: spans are recorded at all.
        service_name: name of the service and of its segments.
        exporters: ways out.
        reason: why these exporters were chosen; for people.
        otlp_endpoint: URL of the traces, ``http://localhost:4318/v1/traces``.
        otlp_headers: sent with each request; never shown, since they carry credentials.
        otlp_timeout: seconds for one export.
        otlp_gzip: compress request bodies.
        daemon_address: UDP address of the X-Ray daemon.
        context_missing: what an X-Ray call without a segment does.
        capture_response: `Tracer` decorators keep return values as metadata.
        capture_error: `Tracer` decorators keep exceptions.
        in_lambda: the process is a Lambda function.
        flush_timeout: seconds that an invocation may wait for its spans to be sent.
    """

    enabled: bool = True
    service_name: str = UNKNOWN_SERVICE
    exporters: tuple[ExporterKind, ...] = (ExporterKind.OTLP,)
    reason: str = "nothing is set: OTLP to localhost"
    otlp_endpoint: str = f"http://localhost:4318/{TRACES_PATH}"
    otlp_headers: Mapping[str, str] = field(default_factory=dict[str, str], repr=False)
    otlp_timeout: float = 10.0
    otlp_gzip: bool = False
    daemon_address: Address = DAEMON_ADDRESS
    context_missing: ContextMissingStrategy = ContextMissingStrategy.LOG_ERROR
    capture_response: bool = True
    capture_error: bool = True
    in_lambda: bool = False
    flush_timeout: float = 1.0

    @classmethod
    def from_environ(cls, environ: Environ, fallback: Fallback | None = None) -> Settings:
        """
        Decide from *environ*.

        Args:
            environ: the variables.
            fallback: what holds where they name no backend.

        Raises:
            ConfigurationError: a variable has a value that cannot be used.
        """
        backend, exporters, reason = _destination(environ, fallback)
        unset = fallback or Fallback((), "")
        return cls(
            enabled=_enabled(environ),
            service_name=_service_name(environ, unset.service_name),
            exporters=exporters,
            reason=reason,
            otlp_endpoint=_otlp_endpoint(environ, backend),
            otlp_headers=_first(environ, _OTLP_HEADERS, parse_headers, cls().otlp_headers),
            otlp_timeout=_first(environ, _OTLP_TIMEOUT, parse_milliseconds, cls().otlp_timeout),
            otlp_gzip=_first(environ, _OTLP_COMPRESSION, parse_compression, False),
            daemon_address=_first(environ, _DAEMON, parse_daemon_address, unset.daemon_address),
            context_missing=_first(
                environ, _CONTEXT_MISSING, parse_strategy, ContextMissingStrategy.LOG_ERROR
            ),
            capture_response=_first(environ, _CAPTURE_RESPONSE, parse_boolean, True),
            capture_error=_first(environ, _CAPTURE_ERROR, parse_boolean, True),
            in_lambda=in_lambda(environ),
            flush_timeout=_first(environ, _FLUSH_TIMEOUT, parse_milliseconds, cls().flush_timeout),
        )


def load(given: Environ = MappingProxyType({})) -> Settings:
    """
    Decide from the process's environment, for code that must not fail.

    A value that cannot be used is reported in one line of the log, and switches tracing off.

    Args:
        given: variables that hold instead of the process's.
    """
    try:
        return Settings.from_environ({**os.environ, **given}, fallback())
    except ConfigurationError as error:
        if str(error) not in _reported:
            _reported.add(str(error))
            _log.error("Tracing is off: %s", error)
        return Settings(enabled=False)


def fallback() -> Fallback | None:
    """Return where this process's spans go while the environment names no backend."""
    return _process.fallback


def fall_back_to(fallback: Fallback | None) -> None:
    """Let this process's spans go there while the environment names no backend."""
    _process.fallback = fallback


class _Process:
    fallback: Fallback | None = None


_process = _Process()


def alias_enabled() -> bool:
    """Say whether ``aws_xray_sdk`` may be replaced: one variable undoes it."""
    return _switch("OTEL_XRAY_COMPAT", True)


def entities_of_threads() -> bool:
    """Say whether the alias keeps open entities as the X-Ray SDK does: by thread, not by task."""
    return os.environ.get("OTEL_XRAY_COMPAT_CONTEXT", "").strip().lower() == "thread"


def environment() -> Environ:
    """Return the process's environment, for the few who need more than `Settings`."""
    return os.environ


def in_lambda(environ: Environ) -> bool:
    """Say whether *environ* is a Lambda function's, as the X-Ray SDK decides it."""
    return "LAMBDA_TASK_ROOT" in environ


def lambda_trace_header() -> str | None:
    """Return the tracing header of the current invocation; the runtime sets it for each one."""
    return os.environ.get("_X_AMZN_TRACE_ID")


def is_on_demand_start() -> bool:
    """Say whether a caller waited for this environment's start (not: provisioned for it)."""
    return os.environ.get("AWS_LAMBDA_INITIALIZATION_TYPE") != "provisioned-concurrency"


def default_propagators(names: str) -> None:
    """Let OpenTelemetry use the propagators *names* when it loads, unless the user chose some."""
    os.environ.setdefault("OTEL_PROPAGATORS", names)


# --- how one variable is read -----------------------------------------------------------------

_OTLP_HEADERS = ("OTEL_EXPORTER_OTLP_TRACES_HEADERS", "OTEL_EXPORTER_OTLP_HEADERS")
_OTLP_TIMEOUT = ("OTEL_EXPORTER_OTLP_TRACES_TIMEOUT", "OTEL_EXPORTER_OTLP_TIMEOUT")
_OTLP_COMPRESSION = ("OTEL_EXPORTER_OTLP_TRACES_COMPRESSION", "OTEL_EXPORTER_OTLP_COMPRESSION")
_DAEMON = ("AWS_XRAY_DAEMON_ADDRESS",)
_CONTEXT_MISSING = ("AWS_XRAY_CONTEXT_MISSING",)
_CAPTURE_RESPONSE = ("POWERTOOLS_TRACER_CAPTURE_RESPONSE",)
_CAPTURE_ERROR = ("POWERTOOLS_TRACER_CAPTURE_ERROR",)
_FLUSH_TIMEOUT = ("OTEL_XRAY_FLUSH_TIMEOUT",)
_SERVICE_NAME = (
    "OTEL_SERVICE_NAME",
    "AWS_XRAY_TRACING_NAME",
    "POWERTOOLS_SERVICE_NAME",
    "AWS_LAMBDA_FUNCTION_NAME",
)
_UNDECIDED: tuple[ExporterKind, ...] = ()
# variable → the value that switches tracing off
_SWITCHES: tuple[tuple[str, bool], ...] = (
    ("OTEL_SDK_DISABLED", True),
    ("POWERTOOLS_TRACE_DISABLED", True),
    ("AWS_XRAY_SDK_ENABLED", False),
)


def _first(
    environ: Environ, names: tuple[str, ...], parse: Callable[[str], Parsed], default: Parsed
) -> Parsed:
    """Parse the first variable of *names* that is set and not empty."""
    for name in names:
        text = environ.get(name, "").strip()
        if text:
            try:
                return parse(text)
            except ConfigurationError as error:
                shown = "not usable" if name in _OTLP_HEADERS else repr(text)  # may be a secret
                msg = f"{name} is {shown}: {error}"
                raise ConfigurationError(msg) from None
    return default


def _switch(name: str, default: bool) -> bool:
    """Read a switch for code that must not fail; what is no boolean is reported once."""
    try:
        return _first(os.environ, (name,), parse_boolean, default)
    except ConfigurationError as error:
        if str(error) not in _reported:
            _reported.add(str(error))
            _log.warning("%s It counts as %s.", error, str(default).lower())
        return default


def _enabled(environ: Environ) -> bool:
    return not any(
        _first(environ, (name,), parse_boolean, not off) is off for name, off in _SWITCHES
    )


def _service_name(environ: Environ, default: str) -> str:
    named = _first(environ, _SERVICE_NAME, str, "")
    attributes = parse_pairs(environ.get("OTEL_RESOURCE_ATTRIBUTES", ""))
    if not environ.get("OTEL_SERVICE_NAME") and "service.name" in attributes:
        return attributes["service.name"]
    return named or default or UNKNOWN_SERVICE


def _destination(
    environ: Environ, fallback: Fallback | None
) -> tuple[Backend, tuple[ExporterKind, ...], str]:
    """Choose the way out: the one place where DESIGN's order of precedence is decided."""
    name = environ.get("OTEL_XRAY_BACKEND", "").strip()
    backend = _backend(name) if name else Backend((ExporterKind.OTLP,))
    named = _first(environ, ("OTEL_TRACES_EXPORTER",), parse_exporters, _UNDECIDED)
    if named:
        return backend, named, "OTEL_TRACES_EXPORTER names it"
    if name:
        return backend, backend.exporters, f"OTEL_XRAY_BACKEND is {name}"
    if any(environ.get(variable) for variable in _OTLP_ENDPOINTS):
        return backend, (ExporterKind.OTLP,), "an OTLP endpoint is set"
    if fallback is not None:
        return backend, fallback.exporters, fallback.reason
    if in_lambda(environ):
        return backend, (ExporterKind.XRAY,), "in Lambda the X-Ray daemon is at hand"
    return backend, backend.exporters, Settings().reason


_OTLP_ENDPOINTS = ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT")


def _backend(name: str) -> Backend:
    if name not in BACKENDS:
        msg = f"OTEL_XRAY_BACKEND is {name!r}; choose one of {', '.join(sorted(BACKENDS))}."
        raise ConfigurationError(msg)
    return BACKENDS[name]


def _otlp_endpoint(environ: Environ, backend: Backend) -> str:
    traces, base = _OTLP_ENDPOINTS
    exact = _first(environ, (traces,), parse_url, "")
    if exact:
        return exact
    root = _first(environ, (base,), parse_url, backend.otlp_endpoint)
    return f"{root.rstrip('/')}/{TRACES_PATH}"
