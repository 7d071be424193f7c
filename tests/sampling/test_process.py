"""
What a process samples, each in an interpreter of its own, and what the console then has.

The console is the daemon: it receives segments, answers for sampling, and shows what arrived.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest

from otel_xray.console.server import ConsoleServer, ConsoleSettings
from tests.console.receive.test_sampling_rules import RULE
from tests.console.server.test_sampling import client
from tests.test_pipeline import run

pytestmark = pytest.mark.slow

NOTHING = '{"version": 2, "default": {"fixed_target": 0, "rate": 0}}'
SOME = json.dumps(
    {
        "version": 2,
        "default": {"fixed_target": 0, "rate": 0},
        "rules": [
            {"host": "*", "http_method": "*", "url_path": "/a*", "fixed_target": 0, "rate": 1}
        ],
    }
)
POLLED = """
import time
from opentelemetry import trace

def wait_for_rules():
    sampler = trace.get_tracer_provider().sampler
    sampler.should_sample(None, 1, "first")
    while sampler._cache.last_updated is None:
        time.sleep(0.01)
"""
ORDER = """
from otel_xray import xray_recorder
with xray_recorder.in_segment("first"):
    pass
wait_for_rules()
with xray_recorder.in_segment("orders"):
    with xray_recorder.in_subsegment("part"):
        pass
"""
ENTRY_POINT = """
wait_for_rules()
provider = trace.get_tracer_provider()
span = provider.get_tracer("t").start_span("orders")
print(type(provider.sampler).__name__, span.attributes["aws.xray.sampling_rule_name"])
"""
DECISIONS = """
import otel_xray
from opentelemetry import trace
def decisions(*paths):
    tracer = trace.get_tracer("t")
    return [
        tracer.start_span("s", attributes={"url.path": path}).get_span_context().trace_flags.sampled
        for path in paths
    ]
"""


@pytest.fixture
def console(tmp_path: Path) -> Iterator[ConsoleServer]:
    """Run a console with a rule that records all, instead of the daemon."""
    with ConsoleServer(ConsoleSettings(tmp_path / "c.db", port=0, otlp_port=0)) as server:
        rule = {**RULE, "HTTPMethod": "*", "URLPath": "*", "ServiceName": "orders"}
        client(server.url).create_sampling_rule(SamplingRule={**rule, "Attributes": {}})
        yield server


def daemon(console: ConsoleServer) -> dict[str, str]:
    """Return the variables that make X-Ray's rules decide, which *console* knows."""
    host, port = console.udp_address
    return {
        "OTEL_TRACES_SAMPLER": "xray",
        "OTEL_SERVICE_NAME": "orders",
        "AWS_XRAY_DAEMON_ADDRESS": f"{host}:{port}",
    }


def get(console: ConsoleServer, path: str) -> Any:
    """Return what the console answers."""
    with urlopen(f"{console.url}api/{path}") as answer:
        return json.load(answer)


def segment(console: ConsoleServer, name: str) -> dict[str, Any]:
    """Wait for the segment of that name, and return its document."""
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        for trace in get(console, "traces")["traces"]:
            rows = get(console, f"traces/{trace['id']}")
            for text in _ids(rows):
                document = get(console, f"traces/{trace['id']}/entities/{text}")["document"]
                if document["name"] == name:
                    found: dict[str, Any] = document
                    return found
        time.sleep(0.05)
    pytest.fail(f"no segment {name} arrived")


def _ids(found: Any) -> Iterator[str]:
    """Return the ids of all entities in an answer, however it is nested."""
    if isinstance(found, dict):
        if isinstance(found.get("id"), str) and len(found["id"]) == 16:
            yield found["id"]
        found = list(found.values())
    for one in found if isinstance(found, list) else ():
        yield from _ids(one)


@pytest.mark.parametrize("way", ["xray", "otlp"])
def test_the_rule_is_named_in_the_document(console: ConsoleServer, way: str) -> None:
    """Over UDP and over OTLP: who looks at a segment sees why it is there."""
    otlp = console.otlp_url.removesuffix("/v1/traces")
    ways = {"OTEL_TRACES_EXPORTER": way, "OTEL_EXPORTER_OTLP_ENDPOINT": otlp}
    finished = run(POLLED + ORDER, **daemon(console), **ways)

    assert (0, "") == (finished.returncode, finished.stderr)
    document = segment(console, "orders")
    assert "checkout" == document["aws"]["xray"]["sampling_rule_name"]
    assert "sampling_rule_name" not in segment(console, "part").get("aws", {}).get("xray", {})


def test_it_is_a_sampler_of_opentelemetrys_sdk(console: ConsoleServer) -> None:
    """By its name, with an argument, in a program that this package does not set up."""
    code = (
        "from opentelemetry.sdk._configuration import _OTelSDKConfigurator as Configurator\n"
        "Configurator().configure(auto_instrumentation_version='1')\n"
    )
    variables = {
        **daemon(console),
        "AWS_XRAY_DAEMON_ADDRESS": "127.0.0.1:1",
        "OTEL_TRACES_SAMPLER_ARG": f"endpoint={console.url.rstrip('/')},polling_interval=60",
    }
    none = {f"OTEL_{signal}_EXPORTER": "none" for signal in ("TRACES", "METRICS", "LOGS")}
    finished = run(code + POLLED + ENTRY_POINT, **variables, **none)

    assert ("XRaySampler checkout\n", "") == (finished.stdout, finished.stderr)


def test_it_is_a_sampler_of_a_configuration_file(console: ConsoleServer, tmp_path: Path) -> None:
    """By the name that no other package has."""
    pytest.importorskip("opentelemetry.configuration")
    file = tmp_path / "otel.json"
    sampler = {"otel_xray": None}
    processors: list[Any] = [{"simple": {"exporter": {"console": {}}}}]
    provider = {"processors": processors, "sampler": sampler}
    content = {"file_format": "1.0", "tracer_provider": provider}
    file.write_text(json.dumps(content))
    code = (
        "from opentelemetry.configuration import configure_sdk, load_config_file\n"
        f"configure_sdk(load_config_file({str(file)!r}))\n"
    )
    finished = run(code + POLLED + ENTRY_POINT, **daemon(console))

    assert "XRaySampler checkout\n" == finished.stdout


def test_local_rules_decide_alone() -> None:
    """No service is asked, no thread started, and children follow."""
    code = DECISIONS + (
        "import sys\n"
        "otel_xray.configure(exporters='none')\n"
        "print(decisions('/a/1', '/b'), 'http.client' in sys.modules and 'urllib3' in sys.modules)"
    )
    finished = run(code, OTEL_XRAY_SAMPLING_RULES=SOME)

    assert ("[True, False] False\n", "") == (finished.stdout, finished.stderr)


def test_another_sampler_is_not_disturbed() -> None:
    """Whoever names one of OpenTelemetry's has it, and only it."""
    code = DECISIONS + "otel_xray.configure(exporters='none')\nprint(decisions('/a', '/b'))"
    finished = run(code, OTEL_XRAY_SAMPLING_RULES=SOME, OTEL_TRACES_SAMPLER="always_on")

    assert "[True, True]\n" == finished.stdout


def test_local_rules_can_be_changed_while_running() -> None:
    """Where rules decide from the start; else it is too late, which is said."""
    code = DECISIONS + (
        f"otel_xray.configure(exporters='none', sampling_rules={NOTHING!r})\n"
        "print(decisions('/a'))\n"
        f"otel_xray.configure(exporters='none', sampling_rules={SOME!r})\n"
        "print(decisions('/a', '/b'))\n"
    )
    assert "[False]\n[True, False]\n" == run(code).stdout

    late = DECISIONS + (
        "otel_xray.configure(exporters='none')\n"
        f"otel_xray.configure(exporters='none', sampling_rules={NOTHING!r})\n"
        "print(decisions('/a'))\n"
    )
    finished = run(late)
    assert "[True]\n" == finished.stdout
    assert "Sampling rules are given too late" in finished.stderr


@pytest.mark.parametrize("rules", ["/no/such/file", "{}", '{"version": 7}'])
def test_rules_that_cannot_be_used_are_one_line(rules: str) -> None:
    """The application's work goes on untraced; configure() raises instead."""
    code = (
        "from otel_xray import xray_recorder\n"
        "with xray_recorder.in_segment('s'):\n    print('order placed')\n"
    )
    finished = run(code, OTEL_XRAY_SAMPLING_RULES=rules)

    assert "order placed\n" == finished.stdout
    assert 1 == len(finished.stderr.splitlines())
    assert f"Tracing is off: OTEL_XRAY_SAMPLING_RULES is {rules!r}" in finished.stderr

    code = "import otel_xray\notel_xray.configure()"
    assert "ConfigurationError: OTEL_XRAY_SAMPLING_RULES" in (
        run(code, OTEL_XRAY_SAMPLING_RULES=rules).stderr
    )


def test_an_unreachable_service_is_one_warning() -> None:
    """Local rules decide meanwhile."""
    code = DECISIONS + (
        "import time\n"
        "otel_xray.configure(exporters='none')\n"
        "print(decisions('/a', '/b'))\n"
        "failing = trace.get_tracer_provider().sampler._pollers[0]\n"
        "while not failing._failing: time.sleep(0.01)\n"
    )
    variables = {"OTEL_TRACES_SAMPLER": "xray", "AWS_XRAY_DAEMON_ADDRESS": "127.0.0.1:1"}
    finished = run(code, OTEL_XRAY_SAMPLING_RULES=SOME, **variables)

    assert "[True, False]\n" == finished.stdout
    (line,) = finished.stderr.splitlines()
    assert "X-Ray's sampling rules could not be polled: cannot reach http://127.0.0.1:1" in line


def test_the_alias_decides_for_itself() -> None:
    """Segments of X-Ray code are sampled as that code says, not once more."""
    code = (
        "from otel_xray import compat\ncompat.install()\n"
        "from aws_xray_sdk.core import xray_recorder\n"
        "xray_recorder.configure(sampling=False)\n"
        "from otel_xray.testing import recording\n"
        "with recording() as recorded:\n"
        "    xray_recorder.begin_segment('s')\n"
        "    xray_recorder.end_segment()\n"
        "    print(len(recorded.documents()))\n"
    )
    finished = run(code, OTEL_XRAY_SAMPLING_RULES=NOTHING, OTEL_TRACES_EXPORTER="none")

    assert ("1\n", "") == (finished.stdout, finished.stderr)
