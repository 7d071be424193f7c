"""What is installed: exporters, the X-Ray SDK and its alias, other set-ups of OpenTelemetry."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from importlib.util import find_spec

from otel_xray.cli.checks.finding import TO_XRAY, Circumstances, Finding, Severity
from otel_xray.errors import ConfigurationError

_ALIAS = "aws_xray_sdk"
_OTHER_SETUPS = ("OTEL_PYTHON_CONFIGURATOR", "OTEL_PYTHON_DISTRO")


def exporters(seen: Circumstances) -> Iterator[Finding]:
    """Yield exporters that cannot be made: packages, regions, certificates, files."""
    from otel_xray.exporters import choice

    settings = seen.settings
    for kind in settings.exporters if settings and settings.enabled else ():
        if settings is None or kind not in choice.EXPORTERS:
            continue
        try:
            choice.make(kind, settings).shutdown()
        except ConfigurationError as error:
            change = str(error)
        except Exception as error:  # noqa: BLE001  libraries that do not fit each other
            change = f"Reinstall what this names: {type(error).__name__}: {error}"
        else:
            continue
        yield Finding(
            "exporter-cannot-be-made",
            f"The exporter {kind.value} cannot be made.",
            "Nothing is sent by it.",
            change,
        )


def region(seen: Circumstances) -> Iterator[Finding]:
    """Yield two variables that name different regions."""
    one, other = seen.text("AWS_REGION"), seen.text("AWS_DEFAULT_REGION")
    to_xray = seen.settings is not None and not TO_XRAY.isdisjoint(seen.settings.exporters)
    if to_xray and one and other and one != other:
        yield Finding(
            "two-regions",
            f"AWS_REGION is {one}, AWS_DEFAULT_REGION is {other}.",
            f"Spans go to X-Ray in {one}; the application's boto3 clients may work in {other}.",
            "Unset one of them.",
            Severity.ADVICE,
        )


def alias(seen: Circumstances) -> Iterator[Finding]:
    """Yield an X-Ray SDK that records beside this package."""
    compat = seen.text("OTEL_XRAY_COMPAT").lower()
    if compat in {"false", "0", "no", "off"} and find_spec(_ALIAS) is not None:
        yield Finding(
            "alias-off",
            "OTEL_XRAY_COMPAT is false, and the X-Ray SDK is installed.",
            "Its calls record segments of its own, which go to the daemon alone.",
            "Unset OTEL_XRAY_COMPAT, if they are to be OpenTelemetry spans.",
            Severity.ADVICE,
        )


def other_setups(seen: Circumstances) -> Iterator[Finding]:
    """Yield a second one who sets up OpenTelemetry's SDK."""
    names = [name for name in _OTHER_SETUPS if seen.text(name)]
    wrapper = seen.text("AWS_LAMBDA_EXEC_WRAPPER")
    if wrapper.rpartition("/")[2] in {"otel-instrument", "otel-handler"}:
        names.append("AWS_LAMBDA_EXEC_WRAPPER")
    if names:
        said = ", ".join(f"{name}={seen.text(name)}" for name in names)
        yield Finding(
            "two-set-ups",
            f"{said}: OpenTelemetry's SDK is set up before otel-xray.",
            "The first one decides: its exporters, sampler and ids are used, and what is said here "
            "of ours is not.",
            f"Unset {' and '.join(names)}, or leave otel-xray's settings alone.",
        )


def environment_of_python(seen: Circumstances) -> Iterator[Finding]:
    """Yield a pure Python protobuf, which is many times slower."""
    name = "PROTOCOL_BUFFERS_PYTHON_IMPLEMENTATION"
    if seen.text(name) == "python":
        yield Finding(
            "slow-protobuf",
            f"{name} is python.",
            "OpenTelemetry's own OTLP exporters then encode many times slower; versions of "
            "protobuf that do not fit are often hidden so.",
            f"Unset it, and let pip check say what does not fit: {sys.executable} -m pip check.",
            Severity.ADVICE,
        )
