"""Rules about single components: X-Ray's exporter, credentials, secrets."""

from __future__ import annotations

import re
from collections.abc import Iterator

from otel_xray.collector_files.components import Component, components
from otel_xray.collector_files.document import Part
from otel_xray.collector_files.finding import Finding, Level
from otel_xray.collector_files.pipelines import pipelines
from otel_xray.collector_files.variables import is_literal

_INDEXED = 50  # annotations of a trace that X-Ray indexes
_NOT_XRAY = ("retry_on_failure", "sending_queue")
_XRAY_OTLP = re.compile(r"https://xray\.[^/]*\.amazonaws\.com[^/]*/")
_SECRET = re.compile(
    r"authori[sz]ation|api[-_]?key|token|secret|password|team$|ingestion", re.IGNORECASE
)
_PUBLIC = frozenset({"token_type", "token_url", "token_header"})
_PLACEHOLDERS = frozenset({"none"})


def xray(file: Part) -> Iterator[Finding]:
    """Settings of the awsxray exporter that do not do what they seem to."""
    for component in components(file):
        if (component.section, component.kind) == ("exporters", "awsxray"):
            yield from _indexed(component)
            yield from _region(component)
            for key in _NOT_XRAY:
                part = component.settings.at(key)
                if part:
                    message = f"The {component.title} has no {key}: the collector does not start."
                    remedy = "Take it out; max_retries is all that awsxray has."
                    yield Finding(part.line, Level.ERROR, "xray", message, remedy)


def _indexed(component: Component) -> Iterator[Finding]:
    everything = component.settings.at("index_all_attributes")
    if everything and everything.text.lower() == "true":
        message = f"With index_all_attributes every attribute becomes an annotation of {_INDEXED}."
        remedy = "Name those that are searched for in indexed_attributes."
        yield Finding(everything.line, Level.WARNING, "indexed", message, remedy)
    words = component.settings.words("indexed_attributes")
    if len(words) > _INDEXED:
        message = f"{len(words)} attributes are indexed; X-Ray indexes {_INDEXED} a trace."
        remedy = "Name fewer."
        yield Finding(words[0].line, Level.WARNING, "indexed", message, remedy)


def _region(component: Component) -> Iterator[Finding]:
    region = component.settings.at("region")
    if region is None or not region.text:
        message = f"The {component.title} has no region; it asks the environment, then EC2."
        remedy = "Write region: ${env:AWS_REGION}: without one the collector does not start."
        yield Finding(component.settings.line, Level.WARNING, "region", message, remedy)


def shared(file: Part) -> Iterator[Finding]:
    """X-Ray and another exporter that share a pipeline or a receiver: awsxray has no queue."""
    found = dict(pipelines(file))
    for name, pipeline in found.items():
        exporters = pipeline.words("exporters")
        kinds = _kinds(pipeline, "exporters")
        if "awsxray" not in kinds:
            continue
        if kinds != {"awsxray"}:
            message = f"In the pipeline {name} a failing awsxray makes the sender repeat itself."
            remedy = "Send to X-Ray as dual-write.yaml does; else the others get spans twice."
            yield Finding(exporters[0].line, Level.WARNING, "shared", message, remedy)
        for held in (other for other in found if _is_held_up(found[other], pipeline)):
            message = f"A hanging awsxray in the pipeline {name} holds up the pipeline {held}."
            remedy = "Give it a receiver of its own, as dual-write.yaml does."
            yield Finding(exporters[0].line, Level.WARNING, "shared", message, remedy)


def _is_held_up(other: Part, by: Part) -> bool:
    """Say whether a pipeline has a receiver of *by*, and does something else than send to X-Ray."""
    receivers = {word.text for word in by.words("receivers")}
    common = receivers & {word.text for word in other.words("receivers")}
    return bool(common) and "awsxray" not in _kinds(other, "exporters")


def _kinds(pipeline: Part, section: str) -> set[str]:
    return {word.text.partition("/")[0] for word in pipeline.words(section)}


def authenticators(file: Part) -> Iterator[Finding]:
    """Requests that are not signed although they should be, or by nobody."""
    started = {word.text for word in file.words("service", "extensions")}
    extensions = file.at("extensions") or Part(1)
    for component in components(file):
        for path, part in component.settings.walk():
            if path[-2:] != ("auth", "authenticator"):
                continue
            if part.text not in extensions.members:
                message = f"The {component.title} asks for {part.text}, which is not defined."
                remedy = f"Define {part.text} under extensions."
                yield Finding(part.line, Level.ERROR, "authenticator", message, remedy)
            elif part.text not in started:
                message = f"The extension {part.text} is not started."
                remedy = f"Name {part.text} in service.extensions."
                yield Finding(part.line, Level.ERROR, "authenticator", message, remedy)
        yield from _unsigned(component)


def _unsigned(component: Component) -> Iterator[Finding]:
    part = component.settings.at("traces_endpoint") or component.settings.at("endpoint")
    signer = component.settings.at("auth", "authenticator")
    if component.section != "exporters" or part is None or not _XRAY_OTLP.match(part.text):
        return
    if component.kind == "otlp_http" and (signer is None or "sigv4auth" not in signer.text):
        message = f"The {component.title} sends to X-Ray without a signature."
        remedy = "Define the extension sigv4auth (service: xray) and name it in auth.authenticator."
        yield Finding(part.line, Level.ERROR, "signature", message, remedy)


def secrets(file: Part) -> Iterator[Finding]:
    """Credentials that stand in the file; what they are is not repeated."""
    for component in components(file):
        for path, part in component.settings.walk():
            key = path[-1] if path else ""
            if not _SECRET.search(key) or key in _PUBLIC or part.text in _PLACEHOLDERS:
                continue
            if is_literal(part.text):
                message = f"{key} of the {component.title} stands in the file."
                variable = re.sub(r"[^A-Z0-9]+", "_", key.upper())
                remedy = f"Write ${{env:{variable}}}, and set the variable."
                yield Finding(part.line, Level.WARNING, "secret", message, remedy)
