"""All rules on one file."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

from otel_xray.collector_files import endpoints, exporters, pipelines
from otel_xray.collector_files.components import Component, missing_in_adot
from otel_xray.collector_files.document import Part, Unreadable, parse
from otel_xray.collector_files.finding import Finding, Level
from otel_xray.collector_files.variables import Variable, variables

_RULES: Sequence[Callable[[Part], Iterator[Finding]]] = (
    pipelines.sections,
    pipelines.names,
    pipelines.references,
    pipelines.ends,
    pipelines.order,
    pipelines.dollars,
    pipelines.telemetry,
    exporters.xray,
    exporters.shared,
    exporters.authenticators,
    exporters.secrets,
)
_RULES_OF_VALUES: Sequence[Callable[[Part, Mapping[str, str]], Iterator[Finding]]] = (
    endpoints.listening,
    endpoints.sending,
)


class Report(NamedTuple):
    """
    What was found.

    Attributes:
        findings: by line.
        variables: that the file asks for, by name.
        adot: the file has only components that ADOT has; False for one that cannot be read.
    """

    findings: Sequence[Finding]
    variables: Sequence[Variable]
    adot: bool

    @property
    def failed(self) -> bool:
        """Whether there is an error."""
        return any(finding.level is Level.ERROR for finding in self.findings)


def check(
    text: str, environ: Mapping[str, str], *, adot: bool = False, unset: Level = Level.ERROR
) -> Report:
    """
    Look through the configuration *text*.

    Args:
        text: the file.
        environ: where the collector's variables are looked for.
        adot: it must run on ADOT; else what that lacks is a note.
        unset: how much a required variable without a value matters.
    """
    try:
        file = parse(text)
    except Unreadable as error:
        return Report([error.finding], [], adot=False)
    asked = variables(file, environ)
    lacking = missing_in_adot(file)
    findings = [
        *(finding for rule in _RULES for finding in rule(file)),
        *(finding for rule in _RULES_OF_VALUES for finding in rule(file, environ)),
        *(_unset(variable, unset) for variable in asked if variable.required),
        *(_lacking(component, Level.ERROR if adot else Level.NOTE) for component in lacking),
    ]
    kept = [finding for finding in findings if finding is not None]
    return Report(sorted(kept, key=lambda finding: finding.line), asked, adot=not lacking)


def _unset(variable: Variable, level: Level) -> Finding | None:
    if variable.is_set:
        return None
    message = f"{variable.name} is not set; the collector takes an empty value and goes on."
    remedy = f"Set {variable.name}, or write ${{env:{variable.name}:-DEFAULT}}."
    return Finding(variable.line, level, "unset", message, remedy)


def _lacking(component: Component, level: Level) -> Finding:
    message = f"ADOT has no {component.section.removesuffix('s')} {component.kind}."
    remedy = "Run this file with the contrib collector, or with one built from build/full.yaml."
    return Finding(component.settings.line, level, "adot", message, remedy)
