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
from types import MappingProxyType
from typing import NamedTuple, TypeAlias, TypeVar

from otel_xray.backends import BACKENDS, LOCAL, TRACES_PATH, UNNAMED, Backend, Target
from otel_xray.errors import ConfigurationError
from otel_xray.setting_values import (
    Address,
    ContextMissingStrategy,
    ExporterKind,
    OtlpProtocol,
    Proxies,
    Sampling,
    SpanShape,
    StdoutFormat,
    Tls,
    parse_boolean,
    parse_compression,
    parse_daemon_address,
    parse_daemon_tcp_address,
    parse_existing_file,
    parse_exporters,
    parse_headers,
    parse_libraries,
    parse_milliseconds,
    parse_name_set,
    parse_new_file,
    parse_pairs,
    parse_protocol,
    parse_sampler_arguments,
    parse_span_shape,
    parse_stdout_format,
    parse_strategy,
    parse_url,
)

Environ: TypeAlias = Mapping[str, str]
Parsed = TypeVar("Parsed")

_log = logging.getLogger(__name__)
_reported: set[str] = set()

_HIDDEN = frozenset({"otlp_headers", "proxies"})  # they carry credentials
UNKNOWN_SERVICE = "unknown_service"


DAEMON_ADDRESS = Address("127.0.0.1", 2000)


class Fallback(NamedTuple):
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


class Settings(NamedTuple):
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
        otlp_protocol: how OTLP travels.
        otlp_tls: certificates for OTLP.
        proxies: HTTP proxies on the way; never shown.
        region: of X-Ray; empty for the one that botocore finds.
        xray_endpoint: URL of X-Ray's API, where it is not that of the region.
        file: path of the file that spans are appended to.
        stdout_format: what the standard output gets.
        daemon_address: UDP address of the X-Ray daemon.
        context_missing: what an X-Ray call without a segment does.
        capture_response: `Tracer` decorators keep return values as metadata.
        capture_error: `Tracer` decorators keep exceptions.
        in_lambda: the process is a Lambda function.
        flush_timeout: seconds that an invocation may wait for its spans to be sent.
        libraries: names of the libraries whose calls are traced; None for those that this package
            instruments itself.
        untraced_libraries: names of libraries that are not, whatever the code says; ``*`` for all.
        span_shape: what the span of a Lambda handler is.
        id_generator: who makes ids, by its name among OpenTelemetry's entry points.
        lambda_phases: the lifecycle phases of an invocation are spans.
        import_threshold: seconds from which on an import during Initialization is a span; None
            measures none.
        telemetry_api: the platform's own figures of the phases are asked for.
        sampling: whose rules decide what is recorded; None leaves it to OpenTelemetry's SDK.
    """

    enabled: bool = True
    service_name: str = UNKNOWN_SERVICE
    exporters: tuple[ExporterKind, ...] = (ExporterKind.OTLP,)
    reason: str = "nothing is set: OTLP to localhost"
    otlp_endpoint: str = LOCAL
    otlp_headers: Mapping[str, str] = MappingProxyType({})
    otlp_timeout: float = 10.0
    otlp_gzip: bool = False
    otlp_protocol: OtlpProtocol = OtlpProtocol.HTTP_PROTOBUF
    otlp_tls: Tls = Tls()
    proxies: Proxies = Proxies()
    region: str = ""
    xray_endpoint: str = ""
    file: str = ""
    stdout_format: StdoutFormat = StdoutFormat.TEXT
    daemon_address: Address = DAEMON_ADDRESS
    context_missing: ContextMissingStrategy = ContextMissingStrategy.LOG_ERROR
    capture_response: bool = True
    capture_error: bool = True
    in_lambda: bool = False
    flush_timeout: float = 1.0
    libraries: tuple[str, ...] | None = None
    untraced_libraries: frozenset[str] = frozenset()
    span_shape: SpanShape = SpanShape.SERVER
    id_generator: str = UNNAMED.manner.id_generator
    lambda_phases: bool = True
    import_threshold: float | None = None
    telemetry_api: bool = False
    sampling: Sampling | None = None

    def __repr__(self) -> str:
        """Show everything but what carries credentials."""
        pairs = self._asdict().items()
        shown = (f"{name}={value!r}" for name, value in pairs if name not in _HIDDEN)
        return f"Settings({', '.join(shown)})"

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
        enabled = _enabled(environ)
        protocol = _first(environ, _OTLP_PROTOCOL, parse_protocol, backend.protocols[0])
        used = backend if enabled and ExporterKind.OTLP in exporters else UNNAMED
        endpoint, headers = _otlp_target(environ, used, protocol)
        shape = _first(environ, _SPAN_SHAPE, parse_span_shape, _span_shape(backend, exporters))
        return cls(
            enabled=enabled,
            service_name=_service_name(environ, unset.service_name),
            exporters=exporters,
            reason=reason,
            otlp_endpoint=endpoint,
            otlp_headers=headers,
            otlp_timeout=_first(environ, _OTLP_TIMEOUT, parse_milliseconds, cls().otlp_timeout),
            otlp_gzip=_first(environ, _OTLP_COMPRESSION, parse_compression, False),
            otlp_protocol=protocol,
            otlp_tls=_tls(environ),
            proxies=_proxies(environ),
            region=_first(environ, _REGION, str, ""),
            xray_endpoint=_first(environ, _XRAY_ENDPOINT, parse_url, ""),
            file=_file(environ, exporters),
            stdout_format=_first(environ, _STDOUT, parse_stdout_format, cls().stdout_format),
            daemon_address=_first(environ, _DAEMON, parse_daemon_address, unset.daemon_address),
            context_missing=_first(
                environ, _CONTEXT_MISSING, parse_strategy, ContextMissingStrategy.LOG_ERROR
            ),
            capture_response=_first(environ, _CAPTURE_RESPONSE, parse_boolean, True),
            capture_error=_first(environ, _CAPTURE_ERROR, parse_boolean, True),
            in_lambda=in_lambda(environ),
            flush_timeout=_first(environ, _FLUSH_TIMEOUT, parse_milliseconds, cls().flush_timeout),
            libraries=_first(environ, _LIBRARIES, parse_libraries, cls().libraries),
            untraced_libraries=_first(environ, _UNTRACED, parse_name_set, cls().untraced_libraries),
            span_shape=shape,
            id_generator=_first(environ, _IDS, str, backend.manner.id_generator),
            lambda_phases=_first(environ, _PHASES, parse_boolean, shape is SpanShape.SERVER),
            import_threshold=_first(environ, _IMPORTS, parse_milliseconds, cls().import_threshold),
            telemetry_api=_first(environ, _TELEMETRY_API, parse_boolean, False),
            sampling=sampling(environ),
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
        return off(error)


def off(error: ConfigurationError) -> Settings:
    """Report *error* in one line, once, and return settings that switch tracing off."""
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


def sampling(environ: Environ) -> Sampling | None:
    """
    Return whose rules decide; None when OpenTelemetry's SDK has a sampler for that.

    Raises:
        ConfigurationError: a variable has a value that cannot be used.
    """
    name = environ.get("OTEL_TRACES_SAMPLER", "").strip().lower()
    rules = environ.get("OTEL_XRAY_SAMPLING_RULES", "").strip()
    if name in XRAY_SAMPLERS:
        asked = _first(environ, _SAMPLER_ARGUMENTS, parse_sampler_arguments, Sampling(central=True))
        daemon = _first(environ, _DAEMON, parse_daemon_tcp_address, asked.daemon)
        return asked._replace(rules=rules, daemon=daemon)
    return Sampling(rules) if rules and not name else None


def sampling_timeout(environ: Environ) -> float:
    """Return the seconds that X-Ray may take to answer: few, where the process may be frozen."""
    if in_lambda(environ):
        return _first(environ, _FLUSH_TIMEOUT, parse_milliseconds, Settings().flush_timeout)
    return Settings().otlp_timeout


def service_name(environ: Environ) -> str:
    """Return the name of the service."""
    return _service_name(environ, "")


def alias_enabled() -> bool:
    """Say whether ``aws_xray_sdk`` may be replaced: one variable undoes it."""
    return _switch("OTEL_XRAY_COMPAT", True)


def entities_of_threads() -> bool:
    """Say whether the alias keeps open entities as the X-Ray SDK does: by thread, not by task."""
    return os.environ.get("OTEL_XRAY_COMPAT_CONTEXT", "").strip().lower() == "thread"


def ticket_secret() -> str:
    """Return what signs resume tickets; empty when they are not signed. Never to be shown."""
    return os.environ.get("OTEL_XRAY_TICKET_SECRET", "").strip()


def ticket_store() -> str:
    """Return where tickets are kept by business key: ``memory`` or ``dynamodb:<table>``."""
    return os.environ.get("OTEL_XRAY_TICKET_STORE", "").strip() or "memory"


def environment() -> Environ:
    """Return the process's environment, for the few who need more than `Settings`."""
    return os.environ


def aws_region() -> str:
    """Return the region that the environment names; empty for none."""
    return _first(os.environ, _REGION, str, "")


def in_lambda(environ: Environ) -> bool:
    """Say whether *environ* is a Lambda function's, as the X-Ray SDK decides it."""
    return "LAMBDA_TASK_ROOT" in environ


def lambda_trace_header() -> str | None:
    """Return the tracing header of the current invocation; the runtime sets it for each one."""
    return os.environ.get("_X_AMZN_TRACE_ID")


def lambda_handler() -> str:
    """Return the function's handler, ``module.function``; empty when no variable names one."""
    return os.environ.get("OTEL_XRAY_HANDLER") or os.environ.get("_HANDLER", "")


def name_handler(handler: str) -> None:
    """Let everybody who looks for the function's handler find its own, not the one around it."""
    os.environ["_HANDLER"] = handler


def aws_whitelist() -> str:
    """Return the path of a whitelist of AWS parameters that extends the one that is built in."""
    return os.environ.get("OTEL_XRAY_AWS_WHITELIST", "").strip()


def ignored_places() -> tuple[str, ...]:
    """Return the places whose HTTP calls are not traced: ``host``, ``host/path`` or ``/path``."""
    places = os.environ.get("OTEL_XRAY_IGNORE", "").split(",")
    return tuple(place.strip() for place in places if place.strip())


def is_snap_start() -> bool:
    """Say whether Lambda takes a snapshot of this process, and restores it as often as it likes."""
    return os.environ.get("AWS_LAMBDA_INITIALIZATION_TYPE") == "snap-start"


def is_on_demand_start() -> bool:
    """Say whether a caller waited for this environment's start (not: provisioned for it)."""
    return os.environ.get("AWS_LAMBDA_INITIALIZATION_TYPE") != "provisioned-concurrency"


# --- how one variable is read -----------------------------------------------------------------

_OTLP_HEADERS = ("OTEL_EXPORTER_OTLP_TRACES_HEADERS", "OTEL_EXPORTER_OTLP_HEADERS")
_OTLP_TIMEOUT = ("OTEL_EXPORTER_OTLP_TRACES_TIMEOUT", "OTEL_EXPORTER_OTLP_TIMEOUT")
_OTLP_COMPRESSION = ("OTEL_EXPORTER_OTLP_TRACES_COMPRESSION", "OTEL_EXPORTER_OTLP_COMPRESSION")
_OTLP_PROTOCOL = ("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "OTEL_EXPORTER_OTLP_PROTOCOL")
_OTLP_TLS = (
    ("OTEL_EXPORTER_OTLP_TRACES_CERTIFICATE", "OTEL_EXPORTER_OTLP_CERTIFICATE"),
    ("OTEL_EXPORTER_OTLP_TRACES_CLIENT_CERTIFICATE", "OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE"),
    ("OTEL_EXPORTER_OTLP_TRACES_CLIENT_KEY", "OTEL_EXPORTER_OTLP_CLIENT_KEY"),
)
_REGION = ("AWS_REGION", "AWS_DEFAULT_REGION")
_XRAY_ENDPOINT = ("AWS_ENDPOINT_URL_XRAY", "AWS_ENDPOINT_URL")
_FILE = ("OTEL_XRAY_FILE",)
_STDOUT = ("OTEL_XRAY_STDOUT_FORMAT",)
_DAEMON = ("AWS_XRAY_DAEMON_ADDRESS",)
_CONTEXT_MISSING = ("AWS_XRAY_CONTEXT_MISSING",)
_CAPTURE_RESPONSE = ("POWERTOOLS_TRACER_CAPTURE_RESPONSE",)
_CAPTURE_ERROR = ("POWERTOOLS_TRACER_CAPTURE_ERROR",)
XRAY_SAMPLERS = frozenset({"xray", "otel_xray"})
_SAMPLER_ARGUMENTS = ("OTEL_TRACES_SAMPLER_ARG",)
_FLUSH_TIMEOUT = ("OTEL_XRAY_FLUSH_TIMEOUT",)
_LIBRARIES = ("OTEL_XRAY_INSTRUMENT",)
_UNTRACED = ("OTEL_PYTHON_DISABLED_INSTRUMENTATIONS",)
_SPAN_SHAPE = ("OTEL_XRAY_LAMBDA_SPAN",)
_IDS = ("OTEL_PYTHON_ID_GENERATOR",)
_PHASES = ("OTEL_XRAY_LAMBDA_PHASES",)
_IMPORTS = ("OTEL_XRAY_IMPORT_SPANS",)
_TELEMETRY_API = ("OTEL_XRAY_TELEMETRY_API",)
SERVICE_NAMES = (
    "OTEL_SERVICE_NAME",
    "AWS_XRAY_TRACING_NAME",
    "POWERTOOLS_SERVICE_NAME",
    "AWS_LAMBDA_FUNCTION_NAME",
)
_UNDECIDED: tuple[ExporterKind, ...] = ()
# variable → the value that switches tracing off
_SWITCHES: tuple[tuple[str, bool], ...] = (
    ("OTEL_XRAY_ENABLED", False),
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
    named = _first(environ, SERVICE_NAMES, str, "")
    attributes = parse_pairs(environ.get("OTEL_RESOURCE_ATTRIBUTES", ""))
    if not environ.get("OTEL_SERVICE_NAME") and "service.name" in attributes:
        return attributes["service.name"]
    return named or default or UNKNOWN_SERVICE


def _destination(
    environ: Environ, fallback: Fallback | None
) -> tuple[Backend, tuple[ExporterKind, ...], str]:
    """Choose the way out: the one place where DESIGN's order of precedence is decided."""
    name = environ.get("OTEL_XRAY_BACKEND", "").strip()
    backend = _backend(name) if name else UNNAMED
    named = _first(environ, ("OTEL_TRACES_EXPORTER",), parse_exporters, _UNDECIDED)
    if named:
        return backend, named, "OTEL_TRACES_EXPORTER names it"
    if name:
        return backend, backend.exporters, _reason(backend)
    if any(environ.get(variable) for variable in _OTLP_ENDPOINTS):
        return backend, (ExporterKind.OTLP,), "an OTLP endpoint is set"
    if fallback is not None:
        return backend, fallback.exporters, fallback.reason
    if in_lambda(environ):
        return backend, (ExporterKind.XRAY,), "in Lambda the X-Ray daemon is at hand"
    return backend, backend.exporters, Settings().reason


def _reason(backend: Backend) -> str:
    reason = f"OTEL_XRAY_BACKEND is {backend.name}"
    if not backend.collector:
        return reason
    return f"{reason}: a collector on this machine, with collector-config/{backend.collector}"


def _span_shape(backend: Backend, exporters: tuple[ExporterKind, ...]) -> SpanShape:
    """Return the shape that the backend wants: where X-Ray's own segments are, a part of them."""
    if not _TO_XRAY.isdisjoint(exporters):
        return SpanShape.XRAY
    named = ExporterKind.OTLP in backend.exporters  # else it is not where these exporters send
    return backend.manner.span_shape if named else SpanShape.SERVER


_TO_XRAY = frozenset({ExporterKind.XRAY, ExporterKind.XRAY_API, ExporterKind.XRAY_OTLP})


_OTLP_ENDPOINTS = ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT")


def _backend(name: str) -> Backend:
    if name not in BACKENDS:
        msg = f"OTEL_XRAY_BACKEND is {name!r}; choose one of {', '.join(sorted(BACKENDS))}."
        raise ConfigurationError(msg)
    return BACKENDS[name]


def _otlp_target(environ: Environ, backend: Backend, protocol: OtlpProtocol) -> Target:
    """
    Return where OTLP goes.

    An endpoint that the environment names gets none of the backend's headers: credentials are for
    the vendor alone.
    """
    explicit = _otlp_endpoint(environ, protocol)
    headers = _first(environ, _OTLP_HEADERS, parse_headers, Settings().otlp_headers)
    if explicit:
        return explicit, headers
    if protocol not in backend.protocols:
        known = " or ".join(known.value for known in backend.protocols)
        msg = f"OTEL_EXPORTER_OTLP_PROTOCOL is {protocol.value!r}, but {backend.name} takes {known}"
        msg += "; unset it, or set OTEL_EXPORTER_OTLP_ENDPOINT, too."
        raise ConfigurationError(msg)
    endpoint, own = backend.target(environ, with_headers=not headers)
    if protocol is OtlpProtocol.GRPC:  # has no paths
        endpoint = endpoint.removesuffix(f"/{TRACES_PATH}").replace(_HTTP_PORT, _GRPC_PORT)
    return endpoint, headers or own


def _otlp_endpoint(environ: Environ, protocol: OtlpProtocol) -> str:
    """Return the endpoint that the environment names; empty for none."""
    traces, base = _OTLP_ENDPOINTS
    exact = _first(environ, (traces,), parse_url, "")
    root = _first(environ, (base,), parse_url, "")
    if exact or not root or protocol is OtlpProtocol.GRPC:  # gRPC has no paths
        return exact or root
    return f"{root.rstrip('/')}/{TRACES_PATH}"


_HTTP_PORT, _GRPC_PORT = ":4318", ":4317"


def _tls(environ: Environ) -> Tls:
    certificate, client, key = (
        _first(environ, names, parse_existing_file, "") for names in _OTLP_TLS
    )
    if key and not client:
        msg = f"{_OTLP_TLS[2][1]} is set; set {_OTLP_TLS[1][1]}, too."
        raise ConfigurationError(msg)
    return Tls(certificate, client, key)


def _proxies(environ: Environ) -> Proxies:
    """Read what most programs read, in small letters or in capitals."""
    http, https, everything, bypass = (
        environ.get(f"{name}_proxy") or environ.get(f"{name}_proxy".upper()) or ""
        for name in ("http", "https", "all", "no")
    )
    if "REQUEST_METHOD" in environ:  # a CGI program, whose HTTP_PROXY is a header of its client
        http = environ.get("http_proxy", "")
    return Proxies(http or everything, https or everything, bypass)


def _file(environ: Environ, exporters: tuple[ExporterKind, ...]) -> str:
    path = _first(environ, _FILE, parse_new_file, "")
    if ExporterKind.FILE in exporters and not path:
        msg = "OTEL_TRACES_EXPORTER names file; set OTEL_XRAY_FILE to the path to write to."
        raise ConfigurationError(msg)
    return path
