"""A preset in OpenTelemetry's own variables, read back by who would read it."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
import yaml

from otel_xray.backends import BACKENDS, Backend, fill
from otel_xray.cli import main
from otel_xray.setting_values import ExporterKind, SpanShape
from otel_xray.settings import Settings
from tests.test_backends import VENDORS

EVERY = [pytest.param(backend, id=backend.name) for backend in BACKENDS.values()]
OTLP = [
    pytest.param(one, id=one.name)
    for one in BACKENDS.values()
    if one.exporters[0] is ExporterKind.OTLP
]
VALUES = {
    **VENDORS,
    "AWS_REGION": "eu-west-1",
    # as the vendors write them: OpenTelemetry's SDK mends nothing
    "GRAFANA_CLOUD_OTLP_ENDPOINT": "https://otlp-gateway-prod-eu-west-2.grafana.net/otlp",
    "DT_ENDPOINT": "https://abc.live.dynatrace.com/api/v2/otlp",
    "ELASTIC_OTLP_ENDPOINT": "https://abc.ingest.eu.elastic.cloud:443",
}


def printed(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    """Return what the command prints."""
    assert 0 == main(["env", *words])
    return capsys.readouterr().out


def expected(backend: Backend, values: dict[str, str]) -> dict[str, str]:
    """Return the URL and headers that a preset sets, as OpenTelemetry's variables have them."""
    given = {**backend.defaults, **values}
    found = {"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": fill(backend.endpoint, given)}
    if backend.headers:
        pairs = (f"{name}={fill(text, given)}" for name, text in backend.headers)
        found["OTEL_EXPORTER_OTLP_TRACES_HEADERS"] = ",".join(pairs).replace(" ", "%20")
    return found


def to_an_endpoint(backend: Backend) -> bool:
    """Say whether a preset sends OTLP by itself."""
    return backend.exporters[0] in {ExporterKind.OTLP, ExporterKind.XRAY_OTLP}


def check(backend: Backend, variables: dict[str, str], values: dict[str, str]) -> None:
    """Compare *variables* with what the preset sets."""
    if to_an_endpoint(backend):
        wanted = expected(backend, values)
        assert wanted == {name: value for name, value in variables.items() if name in wanted}
    else:
        assert backend.exporters[0].value == variables["OTEL_TRACES_EXPORTER"]
    official = ",".join(backend.manner.propagators).replace("otel_xray", "xray")
    assert official == variables["OTEL_PROPAGATORS"].replace("xray-lambda", "xray")
    assert "xray" == variables["OTEL_PYTHON_ID_GENERATOR"]


@pytest.mark.slow
@pytest.mark.parametrize("backend", EVERY)
def test_a_shell_sources_it(backend: Backend, capsys: pytest.CaptureFixture[str]) -> None:
    """Its syntax is right, and what it exports is what the preset sets."""
    script = printed(capsys, "--backend", backend.name)
    program = "import json, os; print(json.dumps(dict(os.environ)))"
    whole = f'{script}\nexec {sys.executable} -c "{program}"\n'
    subprocess.run(["/bin/sh", "-n"], input=script, text=True, check=True)

    finished = subprocess.run(
        ["/bin/sh", "-e"], input=whole, text=True, check=True, capture_output=True, env=VALUES
    )
    variables = json.loads(finished.stdout)

    check(backend, variables, VALUES)
    assert backend.manner.sampler == variables["OTEL_TRACES_SAMPLER"]


@pytest.mark.slow
def test_a_shell_says_what_is_missing(capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing is started with half of a credential."""
    script = printed(capsys, "--backend", "honeycomb") + "echo started\n"
    finished = subprocess.run(
        ["/bin/sh"], input=script, text=True, check=False, capture_output=True, env={}
    )

    assert 0 != finished.returncode
    assert "HONEYCOMB_API_KEY" in finished.stderr
    assert "started" not in finished.stdout


@pytest.mark.parametrize("backend", EVERY)
def test_sam_takes_it(backend: Backend, capsys: pytest.CaptureFixture[str]) -> None:
    """A template's parameters and globals; credentials are parameters that are not echoed."""
    template = yaml.safe_load(printed(capsys, "--backend", backend.name, "--format", "sam"))
    parameters = template.get("Parameters", {})
    values = {name: f"${{{camel(name)}}}" for name in VALUES} | {"AWS_REGION": "${AWS::Region}"}
    values |= {name: f"${{{camel(name)}}}" for name in backend.defaults}
    variables = {
        name: value["Fn::Sub"] if isinstance(value, dict) else value
        for name, value in template["Globals"]["Function"]["Environment"]["Variables"].items()
    }

    check(backend, variables, values)
    used = set(re.findall(r"\$\{(\w+)\}", "".join(variables.values())))
    assert used == set(parameters)
    assert {camel(name) for name in backend.secrets()} == {
        name for name, one in parameters.items() if one.get("NoEcho")
    }


def camel(name: str) -> str:
    """Return the name of a parameter."""
    return name.replace("_", " ").title().replace(" ", "")


@pytest.mark.parametrize("backend", EVERY)
def test_docker_compose_takes_it(backend: Backend, capsys: pytest.CaptureFixture[str]) -> None:
    """A service's environment, where Compose fills in what the shell or .env has."""
    composed = yaml.safe_load(printed(capsys, "--backend", backend.name, "--format", "docker"))
    raw = composed["services"]["app"]["environment"]
    given = {**backend.defaults, **VALUES}
    variables = {
        name: re.sub(r"\$\{(\w+):(?:\?|-[^}]*)\}", lambda found: given[found[1]], value)
        for name, value in raw.items()
    }

    check(backend, variables, VALUES)
    assert "$" not in "".join(variables.values())


@pytest.mark.parametrize("backend", EVERY)
def test_terraform_takes_it(backend: Backend, capsys: pytest.CaptureFixture[str]) -> None:
    """Variables, and a map; credentials are sensitive."""
    text = printed(capsys, "--backend", backend.name, "--format", "terraform")
    blocks, variables = hcl(text)
    given = {**backend.defaults, **VALUES}
    upper = {name: given[name.upper()] for name in blocks}
    filled = {
        name: re.sub(r"\$\{var\.(\w+)\}", lambda found: upper[found[1]], value)
        for name, value in variables.items()
    }

    check(backend, filled, VALUES)
    assert "${" not in "".join(filled.values())
    assert set(backend.secrets()) == {
        name.upper() for name, one in blocks.items() if one.get("sensitive") == "true"
    }


def hcl(text: str) -> tuple[dict[str, dict[str, str]], dict[str, str]]:
    """Read the part of HCL that is written; anything else is an error."""
    blocks: dict[str, dict[str, str]] = {}
    environment: dict[str, str] = {}
    inside: list[Any] = []
    for line in filter(None, (one.strip() for one in text.splitlines())):
        if line.startswith("#"):
            continue
        if opened := re.fullmatch(r'variable "([a-z_]+)" \{', line):
            inside.append(blocks.setdefault(opened[1], {}))
        elif line == "locals {":
            inside.append({})
        elif line == "otel_environment = {":
            inside.append(environment)
        elif line == "}":
            inside.pop()
        else:
            pair = re.fullmatch(r'(\w+) = ("(?:[^"\\]|\\.)*"|string|true)', line)
            assert pair, line
            value = pair[2]
            inside[-1][pair[1]] = json.loads(value) if value.startswith('"') else value
    assert not inside
    return blocks, environment


@pytest.mark.parametrize("backend", EVERY)
@pytest.mark.parametrize("form", ["shell", "sam", "terraform", "docker"])
def test_credentials_are_named_and_not_shown(
    backend: Backend,
    form: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Not even those that are set."""
    for name in backend.secrets():
        monkeypatch.setenv(name, "s3cret")

    text = printed(capsys, "--backend", backend.name, "--format", form)

    assert "s3cret" not in text
    assert all(
        name.replace("_", "").lower() in text.replace("_", "").lower() for name in backend.secrets()
    )


@pytest.mark.parametrize("backend", EVERY)
def test_in_lambda_x_ray_gets_lambdas_header_and_nobody_else(
    backend: Backend, capsys: pytest.CaptureFixture[str]
) -> None:
    """xray-lambda instead of xray for X-Ray; elsewhere Lambda's Sampled=0 decides nothing."""
    text = printed(capsys, "--backend", backend.name, "--lambda")
    for_xray = backend.manner.span_shape is SpanShape.XRAY

    assert for_xray == ('OTEL_PROPAGATORS="tracecontext,baggage,xray-lambda"' in text)
    assert for_xray != ('OTEL_PROPAGATORS="xray,tracecontext,baggage"' in text)
    assert for_xray != ('OTEL_TRACES_SAMPLER="always_on"' in text)


def test_an_unknown_backend_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    """The error names those that there are."""
    with pytest.raises(SystemExit) as ended:
        main(["env", "--backend", "jager"])

    assert 2 == ended.value.code
    assert "jaeger" in capsys.readouterr().err


# --- OpenTelemetry's own SDK, started with it -------------------------------------------------

CONFIGURED = """
import json
from opentelemetry.sdk._configuration import _OTelSDKConfigurator
_OTelSDKConfigurator().configure(auto_instrumentation_version=None)
from opentelemetry import propagate, trace
provider = trace.get_tracer_provider()
"""

SHOWN = f"""{CONFIGURED}
import os
from opentelemetry.util.re import parse_env_headers
exporter = provider._active_span_processor._span_processors[0].span_exporter
shown = dict(
    endpoint=exporter._endpoint,
    headers=parse_env_headers(
        os.environ.get("OTEL_EXPORTER_OTLP_TRACES_HEADERS", ""), liberal=True
    ),
    propagators=[type(one).__name__ for one in propagate.get_global_textmap()._propagators],
    sampler=provider.sampler.get_description(),
    ids=type(provider.id_generator).__name__,
)
print(json.dumps(shown), flush=True)
"""


def started(
    capsys: pytest.CaptureFixture[str], backend: str, program: str, **environ: str
) -> subprocess.CompletedProcess[str]:
    """Run *program* with what the command prints."""
    script = printed(capsys, "--backend", backend)
    kept = {key: value for key, value in os.environ.items() if key.startswith("COV")}
    return subprocess.run(
        ["/bin/sh", "-c", f'{script}\nexec "$0" -c "$1"', sys.executable, program],
        text=True,
        check=False,
        capture_output=True,
        timeout=60,
        env={**kept, **VALUES, **environ},
    )


@pytest.mark.slow
@pytest.mark.parametrize("backend", OTLP)
def test_opentelemetrys_sdk_sends_where_the_preset_does(
    backend: Backend, capsys: pytest.CaptureFixture[str]
) -> None:
    """URL, headers, propagators and their order, sampler and ids of both are the same."""
    finished = started(capsys, backend.name, SHOWN)
    assert 0 == finished.returncode, finished.stderr
    found = json.loads(finished.stdout)
    settings = Settings.from_environ({"OTEL_XRAY_BACKEND": backend.name, **VALUES})

    assert settings.otlp_endpoint == found["endpoint"]
    assert {name.lower(): value for name, value in settings.otlp_headers.items()} == found[
        "headers"
    ]
    order = ["AwsXRayPropagator", "TraceContextTextMapPropagator", "W3CBaggagePropagator"]
    if backend.manner.span_shape is SpanShape.XRAY:
        order = [*order[1:], order[0]]
    assert order == found["propagators"]
    assert found["sampler"].startswith("ParentBased{root:AlwaysOnSampler")
    assert "AwsXRayIdGenerator" == found["ids"]


class Receiver(HTTPServer):
    """Takes OTLP, and remembers path and headers."""

    def __init__(self) -> None:
        self.requests: list[tuple[str, str | None]] = []
        super().__init__(("127.0.0.1", 0), _Handler)


class _Handler(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.server.requests.append((self.path, self.headers["Authorization"]))
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """Run a receiver on loopback."""
    server = Receiver()
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.slow
def test_a_span_of_opentelemetrys_sdk_arrives(
    receiver: Receiver, capsys: pytest.CaptureFixture[str]
) -> None:
    """At the path and with the credential of the preset, without any code of ours."""
    program = f"{CONFIGURED}\ntrace.get_tracer('t').start_span('s').end()\nprovider.shutdown()"
    address = f"http://127.0.0.1:{receiver.server_port}"
    finished = started(capsys, "dynatrace", program, DT_ENDPOINT=f"{address}/api/v2/otlp")

    assert 0 == finished.returncode, finished.stderr
    assert [("/api/v2/otlp/v1/traces", "Api-Token s3cret")] == receiver.requests


@pytest.mark.slow
def test_segments_of_opentelemetrys_sdk_arrive(capsys: pytest.CaptureFixture[str]) -> None:
    """The exporter to the daemon is an entry point, which OpenTelemetry finds by its name."""
    program = f"{CONFIGURED}\ntrace.get_tracer('t').start_span('s').end()\nprovider.shutdown()"
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as daemon:
        daemon.bind(("127.0.0.1", 0))
        daemon.settimeout(5)
        address = f"127.0.0.1:{daemon.getsockname()[1]}"
        finished = started(capsys, "xray-daemon", program, AWS_XRAY_DAEMON_ADDRESS=address)

        assert 0 == finished.returncode, finished.stderr
        assert daemon.recv(65_536).startswith(b'{"format":"json"')
