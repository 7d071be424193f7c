"""
What each backend needs: one value for each, and nothing that is not the vendor's fact or ours.

Pure. Texts in braces are the vendor's own variables. Where each fact comes from is in
``docs/reference/backends.md``, which a test compares with this table.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple, TypeAlias

from otel_xray.errors import ConfigurationError
from otel_xray.setting_values import ExporterKind, OtlpProtocol, SpanShape, parse_url

_HTTP_PROTOBUF = (OtlpProtocol.HTTP_PROTOBUF,)
_HTTP = (OtlpProtocol.HTTP_PROTOBUF, OtlpProtocol.HTTP_JSON)
_HTTP_AND_GRPC = (OtlpProtocol.HTTP_PROTOBUF, OtlpProtocol.GRPC)
_EVERY = (OtlpProtocol.HTTP_PROTOBUF, OtlpProtocol.HTTP_JSON, OtlpProtocol.GRPC)
_OTLP = (ExporterKind.OTLP,)

TRACES_PATH = "v1/traces"
LOCAL = f"http://localhost:4318/{TRACES_PATH}"


class Manner(NamedTuple):
    """
    What has to change together, wherever the endpoint is.

    Attributes:
        span_shape: what the span of a Lambda handler is.
        propagators: headers that are read and written; of two callers the last one is the parent.
        sampler: by its name in ``OTEL_TRACES_SAMPLER``.
        id_generator: by its name in ``OTEL_PYTHON_ID_GENERATOR``.
    """

    span_shape: SpanShape
    propagators: tuple[str, ...]
    sampler: str = "parentbased_always_on"
    id_generator: str = "otel_xray"


# Lambda's own segment is the parent, and X-Ray's header says who called.
FOR_XRAY = Manner(SpanShape.XRAY, ("tracecontext", "baggage", "otel_xray"))
# Lambda's own segment is not there, and what Lambda says of sampling is not about these spans.
ELSEWHERE = Manner(SpanShape.SERVER, ("otel_xray", "tracecontext", "baggage"))


# URL of the traces, and headers of each request, which carry credentials
Target: TypeAlias = tuple[str, Mapping[str, str]]


class Backend(NamedTuple):
    """
    A preset: used only where the environment says nothing.

    Attributes:
        name: in ``OTEL_XRAY_BACKEND``; empty where none is named.
        exporters: ways out.
        manner: propagators, sampler, ids and span shape.
        endpoint: URL of the traces, for OTLP.
        protocols: of OTLP at that endpoint; the first is used.
        headers: name and value of each.
        defaults: of the vendor's variables that need not be set.
        collector: file for the collector that has to stand in between; empty for none.
    """

    name: str
    exporters: tuple[ExporterKind, ...] = _OTLP
    manner: Manner = ELSEWHERE
    endpoint: str = LOCAL
    protocols: tuple[OtlpProtocol, ...] = _EVERY
    headers: tuple[tuple[str, str], ...] = ()
    defaults: Mapping[str, str] = MappingProxyType({})
    collector: str = ""

    def secrets(self) -> tuple[str, ...]:
        """Return the vendor's variables that carry credentials."""
        return variables(*(value for _, value in self.headers))

    def target(self, environ: Mapping[str, str], *, with_headers: bool) -> Target:
        """
        Fill in the vendor's variables.

        Args:
            environ: has them.
            with_headers: the headers are wanted, too; else none, and no credentials are needed.

        Raises:
            ConfigurationError: variables are missing, or cannot be used; no credential is quoted.
        """
        headers = self.headers if with_headers else ()
        if not headers and "{" not in self.endpoint:
            return self.endpoint, {}
        needed = variables(self.endpoint, *(value for _, value in headers))
        values = {
            name: environ.get(name, "").strip() or self.defaults.get(name, "") for name in needed
        }
        missing = [name for name, value in values.items() if not value]
        if missing:
            msg = f"OTEL_XRAY_BACKEND is {self.name!r}, which needs {' and '.join(missing)}; "
            msg += f"set {'it' if len(missing) == 1 else 'them'}, too."
            raise ConfigurationError(msg)
        filled = {name: fill(text, _in_header(values)) for name, text in headers}
        return fill(self.endpoint, _in_url(self.endpoint, values)), filled


UNNAMED = Backend("")

BACKENDS: Mapping[str, Backend] = {
    backend.name: backend
    for backend in (
        Backend("console", endpoint="http://127.0.0.1:4318/v1/traces", protocols=_HTTP),
        Backend("xray-daemon", (ExporterKind.XRAY,), FOR_XRAY),
        Backend("xray-api", (ExporterKind.XRAY_API,), FOR_XRAY),
        Backend(
            "xray-otlp",
            (ExporterKind.XRAY_OTLP,),
            FOR_XRAY,
            "https://xray.{AWS_REGION}.amazonaws.com/v1/traces",
            _HTTP,
        ),
        Backend("adot", manner=FOR_XRAY, collector="xray.yaml"),
        Backend("jaeger"),
        Backend("tempo"),
        Backend("zipkin", collector="zipkin.yaml"),
        Backend(
            "honeycomb",
            endpoint="{HONEYCOMB_API_ENDPOINT}/v1/traces",
            headers=(("x-honeycomb-team", "{HONEYCOMB_API_KEY}"),),
            defaults={"HONEYCOMB_API_ENDPOINT": "https://api.honeycomb.io"},
        ),
        Backend(
            "datadog",
            endpoint="https://otlp.{DD_SITE}/v1/traces",
            protocols=_HTTP,
            headers=(("dd-api-key", "{DD_API_KEY}"), ("compute_stats", "true")),
            defaults={"DD_SITE": "datadoghq.com"},
        ),
        Backend(
            "newrelic",
            endpoint="{NEW_RELIC_OTLP_ENDPOINT}/v1/traces",
            protocols=_HTTP_AND_GRPC,
            headers=(("api-key", "{NEW_RELIC_LICENSE_KEY}"),),
            defaults={"NEW_RELIC_OTLP_ENDPOINT": "https://otlp.nr-data.net"},
        ),
        Backend(
            "grafana-cloud",
            endpoint="{GRAFANA_CLOUD_OTLP_ENDPOINT}/v1/traces",
            protocols=_HTTP_PROTOBUF,
            headers=(("Authorization", "Basic {GRAFANA_CLOUD_BASIC_AUTH}"),),
        ),
        Backend(
            "dynatrace",
            endpoint="{DT_ENDPOINT}/v1/traces",
            protocols=_HTTP_PROTOBUF,
            headers=(("Authorization", "Api-Token {DT_API_TOKEN}"),),
        ),
        Backend(
            "splunk",
            endpoint="https://ingest.{SPLUNK_REALM}.signalfx.com/v2/trace/otlp",
            protocols=_HTTP_PROTOBUF,
            headers=(("X-SF-Token", "{SPLUNK_ACCESS_TOKEN}"),),
        ),
        Backend(
            "elastic",
            endpoint="{ELASTIC_OTLP_ENDPOINT}/v1/traces",
            protocols=_HTTP_PROTOBUF,
            headers=(("Authorization", "ApiKey {ELASTIC_API_KEY}"),),
        ),
        Backend(
            "signoz",
            endpoint="https://ingest.{SIGNOZ_REGION}.signoz.cloud:443/v1/traces",
            protocols=_HTTP_AND_GRPC,
            headers=(("signoz-ingestion-key", "{SIGNOZ_INGESTION_KEY}"),),
        ),
        Backend("azure", collector="azure-monitor.yaml"),
        Backend("google", collector="google-cloud.yaml"),
        Backend(
            "lightstep",
            endpoint="https://ingest.lightstep.com/traces/otlp/v0.9",
            protocols=_HTTP_PROTOBUF,
            headers=(("lightstep-access-token", "{LIGHTSTEP_ACCESS_TOKEN}"),),
        ),
        Backend("stdout", (ExporterKind.CONSOLE,)),
    )
}

# compiled when a vendor's variables are looked for: most starts need none
_VARIABLE = r"\{(\w+)\}"
_PART_OF_HOST = r"[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*"


def variables(*templates: str) -> tuple[str, ...]:
    """Return the names of the variables in *templates*, each once."""
    return tuple(dict.fromkeys(name for text in templates for name in re.findall(_VARIABLE, text)))


def fill(template: str, values: Mapping[str, str]) -> str:
    """Return *template* with the values of its variables; each must have one."""
    return re.sub(_VARIABLE, lambda found: values[found[1]], template)


def _in_url(template: str, values: Mapping[str, str]) -> Mapping[str, str]:
    """Return *values* as they are written into the URL *template*."""
    usable = dict(values)
    for name in variables(template):
        if template.startswith(f"{{{name}}}"):
            usable[name] = _base(name, values[name])
        elif not re.fullmatch(_PART_OF_HOST, values[name]):
            msg = f"{name} is {values[name]!r}; write a part of a host's name: {template}"
            raise ConfigurationError(msg)
    return usable


def _base(name: str, value: str) -> str:
    """Return the URL that is the beginning of another: vendors write it in several ways."""
    url = value if "://" in value else f"https://{value}"
    try:
        return parse_url(url).rstrip("/").removesuffix(f"/{TRACES_PATH}")
    except ConfigurationError:
        msg = f"{name} is {value!r}; write a URL such as https://otlp.example.com."
        raise ConfigurationError(msg) from None


def _in_header(values: Mapping[str, str]) -> Mapping[str, str]:
    """Return *values*, all of which a header can carry."""
    for name, value in values.items():
        if not (value.isascii() and value.isprintable()):
            msg = f"{name} is not usable in a header; write one line of ASCII characters."
            raise ConfigurationError(msg)
    return values
