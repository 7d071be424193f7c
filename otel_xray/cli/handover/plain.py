"""A backend in OpenTelemetry's own variables; the vendor's variables stay in braces."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import quote

from otel_xray import backends
from otel_xray.backends import Backend
from otel_xray.setting_values import ExporterKind, SpanShape

# This package's propagators and id generator → OpenTelemetry's official ones.
_OFFICIAL = {"otel_xray": "xray"}
_IN_LAMBDA = {"xray": "xray-lambda"}  # reads Lambda's own header, too
_SIGNER = "aws_sigv4"

_PACKAGES = (
    "opentelemetry-distro opentelemetry-exporter-otlp-proto-http "
    "opentelemetry-propagator-aws-xray opentelemetry-sdk-extension-aws"
)


class Placeholder(NamedTuple):
    """
    A variable of the vendor's that has to be filled in.

    Attributes:
        default: empty where it has to be set.
        secret: it must not be shown.
    """

    name: str
    default: str
    secret: bool


class Plain(NamedTuple):
    """
    A backend without this package.

    Attributes:
        backend: its name.
        variables: names and values; vendor's variables are in braces.
        placeholders: what those stand for.
        notes: sentences for people.
    """

    backend: str
    variables: tuple[tuple[str, str], ...]
    placeholders: tuple[Placeholder, ...]
    notes: tuple[str, ...]


def of(backend: Backend, *, in_lambda: bool) -> Plain:
    """
    Return what *backend* sets.

    Args:
        backend: the preset.
        in_lambda: for a Lambda function, which has a tracing header of its own.
    """
    pairs = (*_way_out(backend), *_manner(backend, in_lambda=in_lambda))
    secrets = backend.secrets()
    placeholders = tuple(
        Placeholder(name, backend.defaults.get(name, ""), name in secrets)
        for name in backends.variables(*(value for _, value in pairs))
    )
    return Plain(backend.name, pairs, placeholders, tuple(_notes(backend, in_lambda=in_lambda)))


def _way_out(backend: Backend) -> Iterator[tuple[str, str]]:
    kind = backend.exporters[0]
    if kind not in {ExporterKind.OTLP, ExporterKind.XRAY_OTLP}:
        yield "OTEL_TRACES_EXPORTER", kind.value
        return
    yield "OTEL_TRACES_EXPORTER", ExporterKind.OTLP.value
    yield "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", backend.endpoint
    yield "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", backend.protocols[0].value
    if backend.headers:
        # a list whose values are percent-encoded
        pairs = (f"{name}={quote(value, safe='{}')}" for name, value in backend.headers)
        yield "OTEL_EXPORTER_OTLP_TRACES_HEADERS", ",".join(pairs)
    if kind is ExporterKind.XRAY_OTLP:
        yield "OTEL_PYTHON_EXPORTER_OTLP_HTTP_TRACES_CREDENTIAL_PROVIDER", _SIGNER


def _manner(backend: Backend, *, in_lambda: bool) -> Iterator[tuple[str, str]]:
    manner = backend.manner
    names = [_OFFICIAL.get(name, name) for name in manner.propagators]
    sampler = manner.sampler
    if in_lambda and manner.span_shape is SpanShape.XRAY:
        names = [_IN_LAMBDA.get(name, name) for name in names]
    elif in_lambda:
        sampler = "always_on"
    yield "OTEL_PROPAGATORS", ",".join(names)
    yield "OTEL_TRACES_SAMPLER", sampler
    yield "OTEL_PYTHON_ID_GENERATOR", _OFFICIAL.get(manner.id_generator, manner.id_generator)


def _notes(backend: Backend, *, in_lambda: bool) -> Iterator[str]:
    yield f"{backend.name}, by OpenTelemetry's own variables."
    yield f"pip install {_PACKAGES}"
    if backend.exporters[0] in {ExporterKind.XRAY, ExporterKind.XRAY_API}:
        yield (
            "OpenTelemetry has no such exporter: this one is otel-xray's. To do without it, run a "
            "collector with collector-config/xray.yaml, and take --backend adot."
        )
    if backend.exporters[0] is ExporterKind.XRAY_OTLP:
        yield f"Requests have to be signed: {_SIGNER} is in the package aws-opentelemetry-distro."
    if backend.collector:
        yield f"A collector has to run there, with collector-config/{backend.collector}."
    if backend.headers:
        yield "A credential with blanks, commas or percent signs has to be percent-encoded."
    if in_lambda and backend.manner.span_shape is SpanShape.SERVER:
        yield "always_on: without active tracing Lambda's header says Sampled=0 to everybody."
