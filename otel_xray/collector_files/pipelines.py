"""Rules about how components are put together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from otel_xray.collector_files.components import (
    REMOVED,
    RENAMED,
    SECTIONS,
    Component,
    components,
)
from otel_xray.collector_files.document import Part
from otel_xray.collector_files.finding import Finding, Level
from otel_xray.collector_files.variables import naked

_TOP = (*SECTIONS, "service")
_ENDS = ("receivers", "exporters")  # of a pipeline; connectors may stand at both


def sections(file: Part) -> Iterator[Finding]:
    """Keys that stand twice, top-level keys that mean nothing, names without a value of theirs."""
    for _, part in file.walk():
        for name, line in part.repeated:
            yield Finding(
                line, Level.ERROR, "repeated", f"{name} stands here twice.", "Keep one of them."
            )
    for name, part in file.members.items():
        if name not in _TOP:
            remedy = f"Write one of {', '.join(_TOP)}."
            yield Finding(part.line, Level.ERROR, "section", f"{name} is no section.", remedy)


def names(file: Part) -> Iterator[Finding]:
    """Components that are called otherwise now, or are gone."""
    for component in components(file):
        line, written = component.settings.line, component.written
        gone = REMOVED.get(component.section, {}).get(written)
        new = RENAMED.get(component.section, {}).get(written)
        if gone:
            message = f"The {component.title} does not exist any more."
            yield Finding(line, Level.ERROR, "removed", message, f"{gone[0].upper()}{gone[1:]}.")
        elif new:
            message = f"{written} is called {new} since collector 0.144."
            remedy = f"Write {new}, unless the collector is older (ADOT's Lambda layer is)."
            yield Finding(line, Level.WARNING, "renamed", message, remedy)


def references(file: Part) -> Iterator[Finding]:
    """Components that are used and not there, or there and not used."""
    defined = {(component.section, component.name): component for component in components(file)}
    used: set[tuple[str, str]] = set()
    for section, word in _used(file):
        where = _defining(section, word.text, defined)
        used.update(where)
        if not where:
            message = f"{word.text} is in no list of {section}."
            remedy = f"Define it under {section}, or take it out here."
            yield Finding(word.line, Level.ERROR, "undefined", message, remedy)
    for key, component in defined.items():
        if key not in used:
            yield _unused(component)


def _unused(component: Component) -> Finding:
    place = (
        "service.extensions" if component.section == "extensions" else "a pipeline under service"
    )
    return Finding(
        component.settings.line,
        Level.WARNING,
        "unused",
        f"The {component.title} is defined, and nothing uses it.",
        f"Name it in {place}, or delete it.",
    )


def _used(file: Part) -> Iterator[tuple[str, Part]]:
    for word in file.words("service", "extensions"):
        yield "extensions", word
    for _, pipeline in pipelines(file):
        for section in ("receivers", "processors", "exporters"):
            for word in pipeline.words(section):
                yield section, word


def _defining(
    section: str, name: str, defined: Mapping[tuple[str, str], Component]
) -> list[tuple[str, str]]:
    places = (section, "connectors") if section in _ENDS else (section,)
    return [(place, name) for place in places if (place, name) in defined]


def pipelines(file: Part) -> Iterator[tuple[str, Part]]:
    """Yield the pipelines of *file* with their names."""
    part = file.at("service", "pipelines")
    yield from part.members.items() if part else ()


def ends(file: Part) -> Iterator[Finding]:
    """Pipelines that nothing enters or leaves."""
    if not list(pipelines(file)):
        service = file.at("service")
        message = "There is no pipeline."
        remedy = "Name receivers, processors and exporters under service.pipelines.traces."
        line = service.line if service else 1
        yield Finding(line, Level.ERROR, "pipeline", message, remedy)
    for name, pipeline in pipelines(file):
        for section in _ENDS:
            if not pipeline.words(section):
                message = f"The pipeline {name} has no {section.removesuffix('s')}."
                remedy = f"Give it {section}."
                yield Finding(pipeline.line, Level.ERROR, "pipeline", message, remedy)


def order(file: Part) -> Iterator[Finding]:
    """Processors that are missing, or stand where they do harm."""
    for name, pipeline in pipelines(file):
        words = pipeline.words("processors")
        kinds = [word.text.partition("/")[0] for word in words]
        line = words[0].line if words else pipeline.line
        yield from _memory(name, kinds, line)
        if "tail_sampling" in kinds and "batch" in kinds[: kinds.index("tail_sampling")]:
            message = f"In the pipeline {name} batch stands before tail_sampling."
            remedy = "Put batch behind it: the choice takes spans out of batches that were full."
            yield Finding(line, Level.WARNING, "order", message, remedy)
        if "decouple" in kinds and kinds[-1] != "decouple":
            message = f"In the pipeline {name} decouple is not the last processor."
            remedy = "Put it last: what follows would wait in a frozen environment."
            yield Finding(line, Level.ERROR, "order", message, remedy)


def _memory(name: str, kinds: list[str], line: int) -> Iterator[Finding]:
    if "memory_limiter" not in kinds:
        message = f"The pipeline {name} has no memory_limiter."
        remedy = "Put it first, so that a burst is refused and not the end of the collector."
        yield Finding(line, Level.WARNING, "memory", message, remedy)
    elif kinds[0] != "memory_limiter":
        message = f"In the pipeline {name} memory_limiter is not the first processor."
        remedy = "Put it first: what stands before it has taken the memory already."
        yield Finding(line, Level.WARNING, "memory", message, remedy)


def dollars(file: Part) -> Iterator[Finding]:
    """Variables without braces."""
    for name, line in naked(file):
        message = f"${name} is not replaced by the variable's value."
        yield Finding(line, Level.WARNING, "dollar", message, f"Write ${{env:{name}}}.")


def telemetry(file: Part) -> Iterator[Finding]:
    """The old place of the collector's own metrics."""
    address = file.at("service", "telemetry", "metrics", "address")
    if address:
        message = "service.telemetry.metrics.address does not load any more."
        remedy = "Write level: none, or readers with a prometheus exporter."
        yield Finding(address.line, Level.ERROR, "telemetry", message, remedy)
