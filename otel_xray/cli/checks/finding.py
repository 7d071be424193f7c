"""What a check sees, and what it says."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from enum import Enum
from typing import NamedTuple, TypeAlias

from otel_xray.setting_values import ExporterKind, SpanShape
from otel_xray.settings import Environ, Settings


class Severity(Enum):
    """How bad it is."""

    PROBLEM = "problem"  # spans are lost, or in the wrong place: exit code 1
    ADVICE = "advice"


class Finding(NamedTuple):
    """
    Something that is set up wrongly.

    Attributes:
        name: of the finding; the same in every version.
        what: is so.
        why: it matters.
        change: what to do.
        severity: how bad it is.
    """

    name: str
    what: str
    why: str
    change: str
    severity: Severity = Severity.PROBLEM


class Circumstances(NamedTuple):
    """
    What checks look at.

    Attributes:
        environ: the variables.
        settings: what they decide; None where they cannot be used.
        error: why not.
    """

    environ: Environ
    settings: Settings | None
    error: str = ""

    def text(self, *names: str) -> str:
        """Return the first of these variables that is set; empty for none."""
        return next((value for name in names if (value := self.environ.get(name, "").strip())), "")

    def listed(self, name: str) -> tuple[str, ...]:
        """Return the parts of a variable that are separated by commas."""
        return tuple(part.strip() for part in self.text(name).split(",") if part.strip())


Check: TypeAlias = Callable[[Circumstances], Iterator[Finding]]

TO_XRAY = frozenset({ExporterKind.XRAY, ExporterKind.XRAY_API, ExporterKind.XRAY_OTLP})


def sends_to_xray(circumstances: Circumstances, settings: Settings) -> bool:
    """Say whether the traces end in X-Ray, as far as the settings know."""
    from otel_xray.backends import BACKENDS

    named = BACKENDS.get(circumstances.text("OTEL_XRAY_BACKEND"))
    if not TO_XRAY.isdisjoint(settings.exporters):
        return True
    if ExporterKind.OTLP not in settings.exporters:
        return False
    return settings.otlp_endpoint.startswith("https://xray.") or (
        named is not None
        and ExporterKind.OTLP in named.exporters
        and named.manner.span_shape is SpanShape.XRAY
    )
