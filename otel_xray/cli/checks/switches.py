"""Variables that switch tracing off, or that contradict each other."""

from __future__ import annotations

from collections.abc import Iterator

from otel_xray.cli.checks.finding import Circumstances, Finding, Severity
from otel_xray.errors import ConfigurationError
from otel_xray.setting_values import ExporterKind, parse_boolean
from otel_xray.settings import UNKNOWN_SERVICE

# variable → what it says when tracing is on
_ON = {
    "OTEL_XRAY_ENABLED": True,
    "OTEL_SDK_DISABLED": False,
    "POWERTOOLS_TRACE_DISABLED": False,
    "AWS_XRAY_SDK_ENABLED": True,
}
_CONFIGURATION_FILES = ("OTEL_CONFIG_FILE", "OTEL_EXPERIMENTAL_CONFIG_FILE")
_READ_BY_US = ("OTEL_XRAY_", "OTEL_CONFIG_FILE", "OTEL_EXPERIMENTAL_CONFIG_FILE")


def unusable(seen: Circumstances) -> Iterator[Finding]:
    """Yield the variable that cannot be used."""
    if seen.settings is None:
        yield Finding(
            "unusable-setting",
            seen.error,
            "Tracing is off until every setting can be used.",
            "Correct it as it says.",
        )


def off(seen: Circumstances) -> Iterator[Finding]:
    """Yield the variables that switch tracing off, and those that say otherwise."""
    said = {name: value for name in _ON if (value := _boolean(seen.text(name))) is not None}
    switching_off = [name for name, value in said.items() if value is not _ON[name]]
    asking = [name for name, value in said.items() if value is _ON[name]]
    if switching_off and asking:
        yield Finding(
            "contradictory-switches",
            f"{', '.join(switching_off)} switches tracing off; {', '.join(asking)} asks for it.",
            "One variable that says off is enough: nothing is recorded.",
            f"Unset {' and '.join(switching_off)} to record, or {' and '.join(asking)} not to.",
        )
    elif switching_off:
        yield Finding(
            "switched-off",
            f"{', '.join(switching_off)} switches tracing off.",
            "Nothing is recorded.",
            f"Unset {' and '.join(switching_off)}, if that is not wanted.",
        )


def nowhere(seen: Circumstances) -> Iterator[Finding]:
    """Yield exporters that send nothing."""
    kinds = seen.settings.exporters if seen.settings else ()
    if ExporterKind.NONE in kinds:
        others = [kind.value for kind in kinds if kind is not ExporterKind.NONE]
        yield Finding(
            "no-exporter",
            f"OTEL_TRACES_EXPORTER is {seen.text('OTEL_TRACES_EXPORTER') or 'none'}.",
            f"Spans go to {', '.join(others)} alone." if others else "Spans are recorded and lost.",
            "Remove none from it." if others else "Name an exporter, or unset the variable.",
            Severity.ADVICE if others else Severity.PROBLEM,
        )


def unnamed(seen: Circumstances) -> Iterator[Finding]:
    """Yield a service without a name."""
    if seen.settings is not None and seen.settings.service_name == UNKNOWN_SERVICE:
        yield Finding(
            "service-not-named",
            "No variable names the service.",
            f"Its segments are called {UNKNOWN_SERVICE}, as those of every other such service.",
            "Set OTEL_SERVICE_NAME, unless code names it.",
            Severity.ADVICE,
        )


def configuration_file(seen: Circumstances) -> Iterator[Finding]:
    """Yield a file that OpenTelemetry reads instead of the environment."""
    name = next((one for one in _CONFIGURATION_FILES if seen.text(one)), "")
    if not name:
        return
    shadowed = sorted(
        one
        for one in seen.environ
        if one.startswith("OTEL_") and not one.startswith(_READ_BY_US) and seen.text(one)
    )
    behind = f" It shadows {', '.join(shadowed)}." if shadowed else ""
    yield Finding(
        "configuration-file",
        f"{name} is set.{behind}",
        "Where OpenTelemetry sets itself up it reads that file and no other variable, and what "
        "otel-xray decides here is not asked.",
        f"Unset {name}, or name otel-xray's exporters, propagators and id generator in the file.",
        Severity.PROBLEM if shadowed else Severity.ADVICE,
    )


def _boolean(text: str) -> bool | None:
    try:
        return parse_boolean(text)
    except ConfigurationError:
        return None
