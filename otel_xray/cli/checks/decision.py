"""Where spans go, why, and which variables had no say in it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from otel_xray.backends import BACKENDS
from otel_xray.cli.checks.endpoint import shown
from otel_xray.cli.checks.finding import Circumstances
from otel_xray.setting_values import ExporterKind
from otel_xray.settings import SERVICE_NAMES, Fallback, Settings, alias_enabled

_OTLP = "OTEL_EXPORTER_OTLP"
_SAMPLERS_WITH_ARGUMENT = ("traceidratio", "parentbased_traceidratio", "xray", "otel_xray")
_BACKEND = "OTEL_XRAY_BACKEND"
_EXPORTERS = "OTEL_TRACES_EXPORTER"


class Ignored(NamedTuple):
    """
    A variable that is set and not used.

    Attributes:
        name: of the variable.
        why: it has no say.
    """

    name: str
    why: str


class Decision(NamedTuple):
    """
    What the environment decides.

    Attributes:
        reason: which variable decided, or what holds without one.
        places: where spans go, in words.
        manner: propagators, sampler, ids and span shape, in words.
        ignored: variables that are set and not used.
    """

    reason: str
    places: tuple[str, ...]
    manner: tuple[tuple[str, str], ...]
    ignored: tuple[Ignored, ...]


def of(seen: Circumstances) -> Decision | None:
    """Return the decision; None while the settings cannot be used."""
    settings = seen.settings
    if settings is None:
        return None
    return Decision(
        settings.reason,
        tuple(_place(kind, settings) for kind in settings.exporters),
        _manner(seen, settings),
        tuple(_ignored(seen, settings)),
    )


def _place(kind: ExporterKind, settings: Settings) -> str:
    """Return where an exporter sends; header values are never among the words."""
    if kind is ExporterKind.OTLP:
        names = ", ".join(settings.otlp_headers) or "no headers"
        protocol = settings.otlp_protocol.value
        return f"otlp: {shown(settings.otlp_endpoint)} ({protocol}; {names})"
    region = settings.region or "botocore's region"
    return {
        ExporterKind.XRAY: f"xray: the X-Ray daemon at {settings.daemon_address} (UDP)",
        ExporterKind.XRAY_API: f"xray_api: X-Ray's API in {region}",
        ExporterKind.XRAY_OTLP: f"xray_otlp: X-Ray's OTLP endpoint in {region}",
        ExporterKind.CONSOLE: "console: the standard output",
        ExporterKind.FILE: f"file: {settings.file}",
        ExporterKind.NONE: "none: nowhere",
    }[kind]


def _manner(seen: Circumstances, settings: Settings) -> tuple[tuple[str, str], ...]:
    backend = BACKENDS.get(seen.text(_BACKEND))
    default = "parentbased_always_on" if backend is None else backend.manner.sampler
    if seen.text("OTEL_XRAY_SAMPLING_RULES"):
        default = "OTEL_XRAY_SAMPLING_RULES"
    return (
        ("under the X-Ray SDK's alias", _under_alias(seen, settings)),
        ("propagators", seen.text("OTEL_PROPAGATORS") or _propagators(settings)),
        ("sampler", seen.text("OTEL_TRACES_SAMPLER") or default),
        ("ids", settings.id_generator),
        ("span of a Lambda handler", settings.span_shape.value),
    )


def _under_alias(seen: Circumstances, settings: Settings) -> str:
    """Return where spans of a program go that otel-xray run starts, or that installs the alias."""
    if not alias_enabled():
        return "OTEL_XRAY_COMPAT is off: X-Ray calls are the original's"
    under = Settings.from_environ(seen.environ, Fallback((ExporterKind.XRAY,), ""))
    if under.exporters == settings.exporters:
        return "the same"
    return ", ".join(_place(kind, under) for kind in under.exporters)


def _propagators(settings: Settings) -> str:
    from otel_xray.backends import ELSEWHERE, FOR_XRAY

    for_xray = settings.span_shape is FOR_XRAY.span_shape
    return ",".join((FOR_XRAY if for_xray else ELSEWHERE).propagators)


def _ignored(seen: Circumstances, settings: Settings) -> Iterator[Ignored]:
    if seen.text(_EXPORTERS) and seen.text(_BACKEND):
        yield Ignored(_BACKEND, f"{_EXPORTERS} names the exporters; the preset fills the rest")
    used = settings.exporters
    for kind, prefixes in (
        (ExporterKind.OTLP, (f"{_OTLP}_",)),
        (ExporterKind.XRAY, ("AWS_XRAY_DAEMON_ADDRESS",)),
        (ExporterKind.FILE, ("OTEL_XRAY_FILE",)),
        (ExporterKind.CONSOLE, ("OTEL_XRAY_STDOUT_FORMAT",)),
    ):
        if kind in used or (kind is ExporterKind.OTLP and ExporterKind.XRAY_OTLP in used):
            continue
        for name in sorted(name for name in seen.environ if name.startswith(prefixes)):
            if seen.text(name) and not name.startswith((f"{_OTLP}_METRICS", f"{_OTLP}_LOGS")):
                yield Ignored(name, f"no exporter {kind.value} is used")
    if ExporterKind.OTLP in used:
        yield from _less_specific(seen)
        yield from _credentials(seen, settings)
    yield from _other_names(seen, settings)
    sampler = seen.text("OTEL_TRACES_SAMPLER").lower()
    if seen.text("OTEL_TRACES_SAMPLER_ARG") and sampler not in _SAMPLERS_WITH_ARGUMENT:
        taker = f"{sampler} takes none" if sampler else "OTEL_TRACES_SAMPLER is not set"
        yield Ignored("OTEL_TRACES_SAMPLER_ARG", taker)


def _other_names(seen: Circumstances, settings: Settings) -> Iterator[Ignored]:
    for name in SERVICE_NAMES:
        if seen.text(name) not in {"", settings.service_name}:
            yield Ignored(name, f"the service is named {settings.service_name} by another variable")


def _less_specific(seen: Circumstances) -> Iterator[Ignored]:
    prefix = f"{_OTLP}_TRACES_"
    for name in sorted(name for name in seen.environ if name.startswith(prefix)):
        general = f"{_OTLP}_{name.removeprefix(prefix)}"
        if seen.text(name) and seen.text(general):
            yield Ignored(general, f"{name} is set, which is about traces alone")


def _credentials(seen: Circumstances, settings: Settings) -> Iterator[Ignored]:
    backend = BACKENDS.get(seen.text(_BACKEND))
    for name in backend.secrets() if backend else ():
        value = seen.text(name)
        if value and not any(value in sent for sent in settings.otlp_headers.values()):
            yield Ignored(
                name, "the endpoint or the headers are named by OpenTelemetry's variables"
            )
