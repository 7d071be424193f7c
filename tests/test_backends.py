"""Presets: each is one value, and fills only what is unset."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from otel_xray.backends import BACKENDS, ELSEWHERE, FOR_XRAY, Backend
from otel_xray.errors import ConfigurationError
from otel_xray.setting_values import ExporterKind, OtlpProtocol, SpanShape
from otel_xray.settings import Settings

VENDORS = {
    "HONEYCOMB_API_KEY": "s3cret",
    "DD_API_KEY": "s3cret",
    "NEW_RELIC_LICENSE_KEY": "s3cret",
    "GRAFANA_CLOUD_OTLP_ENDPOINT": "https://otlp-gateway-prod-eu-west-2.grafana.net/otlp/",
    "GRAFANA_CLOUD_BASIC_AUTH": "czNjcmV0OnMzY3JldA==",
    "DT_ENDPOINT": "https://abc.live.dynatrace.com/api/v2/otlp/v1/traces",
    "DT_API_TOKEN": "s3cret",
    "SPLUNK_REALM": "eu0",
    "SPLUNK_ACCESS_TOKEN": "s3cret",
    "ELASTIC_OTLP_ENDPOINT": "abc.ingest.eu.elastic.cloud:443",
    "ELASTIC_API_KEY": "s3cret",
    "SIGNOZ_REGION": "eu",
    "SIGNOZ_INGESTION_KEY": "s3cret",
    "LIGHTSTEP_ACCESS_TOKEN": "s3cret",
}
LOCAL = "http://localhost:4318/v1/traces"
WITH_CREDENTIALS = [pytest.param(one, id=one.name) for one in BACKENDS.values() if one.headers]


def decided(**environ: str) -> Settings:
    """Return what these variables decide."""
    return Settings.from_environ(environ)


@pytest.mark.parametrize(
    ("name", "exporter", "endpoint", "headers"),
    [
        ("console", ExporterKind.OTLP, "http://127.0.0.1:4318/v1/traces", {}),
        ("xray-daemon", ExporterKind.XRAY, LOCAL, {}),
        ("xray-api", ExporterKind.XRAY_API, LOCAL, {}),
        ("xray-otlp", ExporterKind.XRAY_OTLP, LOCAL, {}),
        ("adot", ExporterKind.OTLP, LOCAL, {}),
        ("jaeger", ExporterKind.OTLP, LOCAL, {}),
        ("tempo", ExporterKind.OTLP, LOCAL, {}),
        ("zipkin", ExporterKind.OTLP, LOCAL, {}),
        (
            "honeycomb",
            ExporterKind.OTLP,
            "https://api.honeycomb.io/v1/traces",
            {"x-honeycomb-team": "s3cret"},
        ),
        (
            "datadog",
            ExporterKind.OTLP,
            "https://otlp.datadoghq.com/v1/traces",
            {"dd-api-key": "s3cret", "compute_stats": "true"},
        ),
        (
            "newrelic",
            ExporterKind.OTLP,
            "https://otlp.nr-data.net/v1/traces",
            {"api-key": "s3cret"},
        ),
        (
            "grafana-cloud",
            ExporterKind.OTLP,
            "https://otlp-gateway-prod-eu-west-2.grafana.net/otlp/v1/traces",
            {"Authorization": "Basic czNjcmV0OnMzY3JldA=="},
        ),
        (
            "dynatrace",
            ExporterKind.OTLP,
            "https://abc.live.dynatrace.com/api/v2/otlp/v1/traces",
            {"Authorization": "Api-Token s3cret"},
        ),
        (
            "splunk",
            ExporterKind.OTLP,
            "https://ingest.eu0.signalfx.com/v2/trace/otlp",
            {"X-SF-Token": "s3cret"},
        ),
        (
            "elastic",
            ExporterKind.OTLP,
            "https://abc.ingest.eu.elastic.cloud:443/v1/traces",
            {"Authorization": "ApiKey s3cret"},
        ),
        (
            "signoz",
            ExporterKind.OTLP,
            "https://ingest.eu.signoz.cloud:443/v1/traces",
            {"signoz-ingestion-key": "s3cret"},
        ),
        ("azure", ExporterKind.OTLP, LOCAL, {}),
        ("google", ExporterKind.OTLP, LOCAL, {}),
        (
            "lightstep",
            ExporterKind.OTLP,
            "https://ingest.lightstep.com/traces/otlp/v0.9",
            {"lightstep-access-token": "s3cret"},
        ),
        ("stdout", ExporterKind.CONSOLE, LOCAL, {}),
    ],
)
def test_a_preset_says_where_spans_go(
    name: str, exporter: ExporterKind, endpoint: str, headers: dict[str, str]
) -> None:
    """Its exporter, URL and headers; credentials come from the vendor's own variable."""
    found = decided(OTEL_XRAY_BACKEND=name, **VENDORS)

    assert ((exporter,), endpoint, headers) == (
        found.exporters,
        found.otlp_endpoint,
        dict(found.otlp_headers),
    )
    assert name in found.reason
    assert "s3cret" not in repr(found)


def test_the_table_above_has_every_preset() -> None:
    """A preset that nobody looks at may send anywhere."""
    marks = test_a_preset_says_where_spans_go.pytestmark  # type: ignore[attr-defined]

    assert set(BACKENDS) == {case[0] for case in marks[0].args[1]}


@pytest.mark.parametrize("name", ["xray-daemon", "xray-api", "xray-otlp", "adot"])
def test_for_x_ray_lambdas_own_segment_is_the_parent(name: str) -> None:
    """X-Ray's header comes last among propagators, and the handler's span is a part."""
    assert BACKENDS[name].manner is FOR_XRAY
    assert decided(OTEL_XRAY_BACKEND=name).span_shape is SpanShape.XRAY


@pytest.mark.parametrize(
    "name", sorted(set(BACKENDS) - {"xray-daemon", "xray-api", "xray-otlp", "adot"})
)
def test_elsewhere_that_segment_does_not_exist(name: str) -> None:
    """The handler's span is a server span, and W3C's header says who called."""
    assert BACKENDS[name].manner is ELSEWHERE
    assert decided(OTEL_XRAY_BACKEND=name, **VENDORS).span_shape is SpanShape.SERVER


@pytest.mark.parametrize(
    ("variable", "value", "setting", "expected"),
    [
        ("OTEL_TRACES_EXPORTER", "none", "exporters", (ExporterKind.NONE,)),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://c:1", "otlp_endpoint", "http://c:1/v1/traces"),
        ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "http://c:1/x", "otlp_endpoint", "http://c:1/x"),
        ("OTEL_EXPORTER_OTLP_HEADERS", "a=b", "otlp_headers", {"a": "b"}),
        ("OTEL_EXPORTER_OTLP_TRACES_HEADERS", "a=b", "otlp_headers", {"a": "b"}),
        ("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc", "otlp_protocol", OtlpProtocol.GRPC),
        ("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "grpc", "otlp_protocol", OtlpProtocol.GRPC),
        ("OTEL_XRAY_LAMBDA_SPAN", "xray", "span_shape", SpanShape.XRAY),
        ("OTEL_PYTHON_ID_GENERATOR", "random", "id_generator", "random"),
    ],
)
def test_a_variable_that_is_set_always_wins(
    variable: str, value: str, setting: str, expected: object
) -> None:
    """Each field of a preset gives way to OpenTelemetry's own variable for it."""
    preset = {"OTEL_XRAY_BACKEND": "honeycomb", "HONEYCOMB_API_KEY": "s3cret"}

    assert expected != getattr(decided(**preset), setting)
    assert expected == getattr(decided(**preset, **{variable: value}), setting)


def test_credentials_go_to_the_vendor_alone() -> None:
    """An endpoint that a variable names gets the headers that a variable names, and no others."""
    found = decided(
        OTEL_XRAY_BACKEND="datadog", DD_API_KEY="s3cret", OTEL_EXPORTER_OTLP_ENDPOINT="http://c:1"
    )

    assert {} == dict(found.otlp_headers)


@pytest.mark.parametrize("backend", WITH_CREDENTIALS)
def test_what_is_missing_is_named_at_once(backend: Backend) -> None:
    """One error names the preset and every variable that it needs."""
    with pytest.raises(ConfigurationError) as caught:
        decided(OTEL_XRAY_BACKEND=backend.name)

    assert repr(backend.name) in str(caught.value)
    assert all(name in str(caught.value) for name in backend.secrets())


@pytest.mark.parametrize(
    "environ",
    [
        {"OTEL_SDK_DISABLED": "true"},
        {"OTEL_TRACES_EXPORTER": "none"},
        {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://c:1"},
        {"OTEL_EXPORTER_OTLP_HEADERS": "x-honeycomb-team=s3cret"},
    ],
)
def test_what_is_not_used_is_not_missing(environ: dict[str, str]) -> None:
    """The vendor's variables are wanted only where spans go to the vendor with them."""
    assert decided(OTEL_XRAY_BACKEND="honeycomb", **environ)


@pytest.mark.parametrize(
    ("environ", "words"),
    [
        ({"OTEL_XRAY_BACKEND": "datadog", "DD_SITE": "https://app.datadoghq.com"}, "DD_SITE"),
        ({"OTEL_XRAY_BACKEND": "splunk", "SPLUNK_REALM": "eu0/x#"}, "SPLUNK_REALM is 'eu0/x#'"),
        ({"OTEL_XRAY_BACKEND": "dynatrace", "DT_ENDPOINT": "https://"}, "DT_ENDPOINT is"),
        (
            {"OTEL_XRAY_BACKEND": "datadog", "OTEL_EXPORTER_OTLP_PROTOCOL": "grpc"},
            "datadog takes http/protobuf or http/json; unset it",
        ),
    ],
)
def test_what_cannot_be_used_is_said_with_the_remedy(environ: dict[str, str], words: str) -> None:
    """A host that is none, a URL that is none, a protocol that the vendor does not take."""
    with pytest.raises(ConfigurationError) as caught:
        decided(**{**VENDORS, **environ})

    assert words in str(caught.value)


def test_a_credential_that_no_header_can_carry_is_not_quoted() -> None:
    """The error names the variable only."""
    with pytest.raises(ConfigurationError) as caught:
        decided(OTEL_XRAY_BACKEND="honeycomb", HONEYCOMB_API_KEY="s3cret\nx: y")

    assert "HONEYCOMB_API_KEY" in str(caught.value)
    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "endpoint"),
    [
        ("jaeger", "http://localhost:4317"),
        ("honeycomb", "https://api.honeycomb.io"),
        ("signoz", "https://ingest.eu.signoz.cloud:443"),
    ],
)
def test_grpc_has_another_port_and_no_path(name: str, endpoint: str) -> None:
    """The same receiver, where it takes OTLP over gRPC."""
    found = decided(OTEL_XRAY_BACKEND=name, OTEL_EXPORTER_OTLP_PROTOCOL="grpc", **VENDORS)

    assert endpoint == found.otlp_endpoint


def test_an_exporter_to_x_ray_decides_the_shape_under_any_preset() -> None:
    """Where spans go to X-Ray as well, its segments are the parents; not where they do not."""
    both = decided(OTEL_XRAY_BACKEND="jaeger", OTEL_TRACES_EXPORTER="otlp,xray")
    neither = decided(OTEL_XRAY_BACKEND="xray-daemon", OTEL_TRACES_EXPORTER="otlp")

    assert both.span_shape is SpanShape.XRAY
    assert neither.span_shape is SpanShape.SERVER


@pytest.mark.parametrize("name", [one.name for one in BACKENDS.values() if one.collector])
def test_a_backend_behind_a_collector_says_so(name: str) -> None:
    """The reason names the collector's file: without it nothing arrives there."""
    assert f"collector-config/{BACKENDS[name].collector}" in decided(OTEL_XRAY_BACKEND=name).reason


EVERY_PRESET = """
import json, otel_xray
from opentelemetry import propagate, trace
from otel_xray.backends import BACKENDS
from otel_xray.pipeline import running
found = {}
for name in BACKENDS:
    otel_xray.configure(backend=name)
    provider = trace.get_tracer_provider()
    pipeline = running()
    order = []
    for one in propagate.get_global_textmap()._propagators:
        order += [type(part).__name__ for part in getattr(one, "_propagators", [one])]
    found[name] = [pipeline.settings.reason.split(":")[0], order,
                   type(provider.id_generator).__name__, provider.sampler.get_description()]
    otel_xray.configure(exporters="none")
print(json.dumps(found))
"""
ORDERS = {
    "otel_xray": "XRayPropagator",
    "tracecontext": "TraceContextTextMapPropagator",
    "baggage": "W3CBaggagePropagator",
}


@pytest.mark.slow
def test_code_can_choose_every_preset() -> None:
    """configure() takes each name; propagators, ids and sampler are then those of its manner."""
    kept = {key: value for key, value in os.environ.items() if key.startswith("COV")}
    finished = subprocess.run(
        [sys.executable, "-c", EVERY_PRESET],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        env={**kept, **VENDORS, "AWS_REGION": "eu-west-1"},
    )
    assert (0, "") == (finished.returncode, finished.stderr)
    for name, (reason, order, ids, sampler) in json.loads(finished.stdout).items():
        assert f"OTEL_XRAY_BACKEND is {name}" == reason
        assert [ORDERS[one] for one in BACKENDS[name].manner.propagators] == order
        assert ("IdGenerator", "otel_xray") == (ids, BACKENDS[name].manner.id_generator)
        assert sampler.startswith("ParentBased{root:AlwaysOnSampler")
        assert "parentbased_always_on" == BACKENDS[name].manner.sampler
