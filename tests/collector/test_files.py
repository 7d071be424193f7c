"""The files of collector-config say truthfully what they are."""

from __future__ import annotations

import re

import pytest
import yaml

from otel_xray.backends import BACKENDS
from otel_xray.collector_files import Level, check
from otel_xray.collector_files.components import ADOT
from otel_xray.collector_files.variables import resolve
from tests.collector import files
from tests.collector_files.test_check import BROKEN

each = pytest.mark.parametrize("name", files.NAMES)

_VARIABLE = re.compile(r"^([A-Z][A-Z0-9_]+) +(\S.*)$", re.MULTILINE)

WHOLE = "a real collector validates it in CI"
LAMBDA = {"lambda-adot-layer", "lambda-community-layer"}
# What our own check says of them on purpose.
FINDINGS = {
    "gateway": {"open"},
    "lambda-adot-layer": {"memory"},
    "lambda-community-layer": {"memory"},
}
WAYS = {
    "agent",
    "console",
    "dual-write",
    "gateway",
    "tail-sampling",
    "xray",
    "xray-otlp",
    "xray-sampling-proxy",
    *LAMBDA,
}
VENDORS = {
    "azure-monitor",
    "datadog",
    "dynatrace",
    "elastic",
    "google-cloud",
    "grafana-cloud",
    "honeycomb",
    "jaeger",
    "lightstep",
    "newrelic",
    "signoz",
    "splunk",
    "tempo",
    "zipkin",
}
# What ADOT's Lambda layer has (collector 0.117), by the names of then.
ADOT_LAYER = {
    ("receivers", "otlp"),
    *(
        ("exporters", name)
        for name in ("awsxray", "awsemf", "prometheusremotewrite", "debug", "otlp", "otlphttp")
    ),
    ("extensions", "sigv4auth"),
}
# What the community's has that our file may use (collector 0.157).
COMMUNITY_LAYER = {
    ("receivers", "otlp"),
    ("receivers", "telemetryapi"),
    *(("processors", name) for name in ("batch", "decouple", "memory_limiter", "transform")),
    *(("exporters", name) for name in ("debug", "otlp_grpc", "otlp_http")),
    ("extensions", "sigv4auth"),
}


def test_there_is_a_file_for_each_way_of_working_and_each_backend() -> None:
    """No file is missing, and none is unknown here."""
    assert WAYS | VENDORS == set(files.NAMES)


@each
def test_a_header_has_one_form(name: str) -> None:
    """A purpose, then the six fields in their order."""
    header = files.header(name)

    assert header.purpose.endswith(".")
    assert files.FIELDS == tuple(header.fields)


@each
def test_a_header_lists_every_variable(name: str) -> None:
    """What has no default is needed; what has one may be set; each has a meaning."""
    required, optional = files.variables(name)
    fields = files.header(name).fields
    listed = {
        field: dict(_VARIABLE.findall("\n".join(fields[field]))) for field in ("Needs", "May have")
    }

    assert required == set(listed["Needs"])
    assert optional == set(listed["May have"])


@each
def test_a_header_lists_every_port(name: str) -> None:
    """Where it listens, and nowhere else."""
    config = files.configuration(name)
    servers = {**config["receivers"], **(config.get("extensions") or {})}
    ports = set(re.findall(r"endpoint': '[^']*:(\d+)'", str(servers)))

    assert ports == {line.split()[0] for line in files.header(name).fields["Listens"]}


@each
def test_it_listens_on_loopback_unless_it_is_a_gateway(name: str) -> None:
    """Nothing is open to others by default but what exists for others."""
    servers = {key: files.configuration(name).get(key) for key in ("receivers", "extensions")}
    hosts = set(re.findall(r"endpoint': '(.*?):\d+'", str(servers)))
    loopback = {"127.0.0.1", "localhost", "${env:OTEL_XRAY_LISTEN_HOST:-127.0.0.1}"}

    assert hosts <= ({"${env:OTEL_XRAY_LISTEN_HOST:-0.0.0.0}"} if name == "gateway" else loopback)


@each
def test_what_is_said_of_adot_is_true(name: str) -> None:
    """A file that says that it runs on ADOT has only components that ADOT has; others say why."""
    runs_on = files.header(name).fields["Runs on"][0]
    if name in LAMBDA:
        assert "ADOT" not in runs_on.replace("ADOT's Lambda layer", "")
        return
    lacking = {
        component
        for section, component in files.kinds(files.configuration(name))
        if component not in ADOT[section]
    }

    assert runs_on.startswith("ADOT, ") is not bool(lacking)
    assert all(component in runs_on for component in lacking)


@each
def test_what_is_said_of_the_full_collector_is_true(name: str) -> None:
    """Its manifest has every component of a file that says that it runs there."""
    manifest = yaml.safe_load((files.FOLDER / "build" / "full.yaml").read_text())
    modules = {
        section: " ".join(
            entry["gomod"].split()[0].rpartition("/")[2] for entry in manifest[section]
        )
        for section in files.SECTIONS
    }
    if "build/full.yaml" not in files.header(name).fields["Runs on"][0]:
        assert name in LAMBDA
        return

    for section, component in files.kinds(files.configuration(name)):
        old = {"otlp_grpc": "otlpexporter", "otlp_http": "otlphttpexporter"}
        assert old.get(component, component.replace("_", "")) in modules[section]


@pytest.mark.parametrize(
    ("name", "layer"),
    [("lambda-adot-layer", ADOT_LAYER), ("lambda-community-layer", COMMUNITY_LAYER)],
)
def test_a_layer_has_what_its_file_uses(name: str, layer: set[tuple[str, str]]) -> None:
    """By the names that the layer's collector knows."""
    assert files.kinds(files.configuration(name)) <= layer


@each
def test_every_pipeline_is_in_order(name: str) -> None:
    """memory_limiter comes first, what waits last."""
    for pipeline in files.configuration(name)["service"]["pipelines"].values():
        processors = [processor.partition("/")[0] for processor in pipeline.get("processors", ())]
        places = {"memory_limiter": 0, "tail_sampling": 1, "filter": 2, "batch": 3, "decouple": 4}
        assert processors == sorted(processors, key=places.__getitem__)
        assert name in LAMBDA or processors[0] == "memory_limiter"


@each
def test_what_batches_for_x_ray_drops_what_ends_a_collector(name: str) -> None:
    """Awsxray stands behind the filter for known gaps 5 and 36 wherever there are processors."""
    for pipeline in files.configuration(name)["service"]["pipelines"].values():
        if "awsxray" in pipeline["exporters"] and pipeline.get("processors"):
            assert "filter/xray" in pipeline["processors"]


@each
def test_our_own_check_has_nothing_against_it(name: str) -> None:
    """Beyond what it does on purpose."""
    report = check(files.text(name), files.PLACEHOLDERS)
    found = {finding.rule for finding in report.findings if finding.level is not Level.NOTE}

    assert FINDINGS.get(name, set()) == found
    assert not report.failed


@each
def test_our_own_check_finds_its_variables(name: str) -> None:
    """Each one, and whether it has to be set."""
    required, optional = files.variables(name)
    found = check(files.text(name), {}).variables

    assert required == {variable.name for variable in found if variable.required}
    assert optional == {variable.name for variable in found if not variable.required}


def test_the_filter_is_the_same_everywhere() -> None:
    """One text, so that one test of it holds for all."""
    blocks = {
        str(config["processors"]["filter/xray"])
        for config in map(files.configuration, files.NAMES)
        if "filter/xray" in (config.get("processors") or {})
    }

    assert 1 == len(blocks)


def test_every_preset_that_needs_a_collector_has_its_file() -> None:
    """The file that the preset names is there."""
    assert {backend.collector for backend in BACKENDS.values() if backend.collector} <= {
        f"{name}.yaml" for name in files.NAMES
    }


@pytest.mark.parametrize(
    "name", sorted(name for name, backend in BACKENDS.items() if backend.headers)
)
def test_a_file_sends_where_the_preset_sends(name: str) -> None:
    """To the same URL, with the same headers, from the same variables."""
    backend = BACKENDS[name]
    (exporter,) = files.configuration(name)["exporters"].values()
    environ = {**backend.defaults, **files.PLACEHOLDERS}
    whole = exporter.get("traces_endpoint") or exporter["endpoint"] + "/v1/traces"
    sent = {key.lower(): resolve(text, environ) for key, text in exporter["headers"].items()}

    endpoint, headers = backend.target(environ, with_headers=True)
    assert endpoint.replace(":443/", "/") == (resolve(whole, environ) or "").replace(":443/", "/")
    assert {name.lower(): text for name, text in headers.items()} == sent


def test_the_reference_has_every_file() -> None:
    """With what it needs, whether ADOT runs it, and how much of it CI validates."""
    page = (files.ROOT / "docs/reference/collector-files.md").read_text()
    rows = dict(re.findall(r"^\| \[`([\w-]+)`\]\(\S+\) \| (.*) \|$", page, re.MULTILINE))

    assert set(files.NAMES) == set(rows)
    for name, row in rows.items():
        needs, adot, checked = row.split(" | ")
        fields = files.header(name).fields
        assert files.variables(name)[0] == set(re.findall(r"`(\w+)`", needs))
        assert (adot == "yes") is fields["Runs on"][0].startswith("ADOT, ")
        assert (checked == "whole") is (fields["Checked"][0] == WHOLE)
        assert checked == "whole" or checked.removeprefix("without ") in fields["Checked"][0]


def test_the_reference_has_every_rule_of_the_check() -> None:
    """The rules that the table of broken files has, and what ADOT lacks."""
    page = (files.ROOT / "docs/reference/collector-files.md").read_text()
    table = page.partition("looks for")[2]

    assert {broken.rule for broken in BROKEN} | {"adot"} == set(
        re.findall(r"^\| `(\w+)`", table, re.MULTILINE)
    )
