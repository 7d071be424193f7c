"""Import cost is a contract: these tests assert which modules are loaded, never milliseconds."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

HEAVY = (
    "opentelemetry.sdk",
    "opentelemetry.propagate",
    "opentelemetry.exporter",
    "opentelemetry.proto",
    "opentelemetry.instrumentation",
    "aws_xray_sdk",
    "boto3",
    "botocore",
    "requests",
    "urllib3",
    "wrapt",
    "google.protobuf",
    "grpc",
    "asyncio",
    "http.client",
    "importlib.metadata",
    "sqlite3",
    "starlette",
    "uvicorn",
    "ssl",
    "typing_extensions",
)


def loaded_by(code: str, **environ: str) -> set[str]:
    """Return the modules that a new interpreter has loaded after *code*."""
    report = "import json; print(json.dumps(sorted(set(sys.modules) - before)))"
    program = f"import sys; before = set(sys.modules)\n{code}\n{report}"
    finished = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, env=environ
    )
    return set(json.loads(finished.stdout))


def heavy(modules: set[str]) -> set[str]:
    """Return those of *HEAVY* that are among *modules*."""
    return {
        package
        for package in HEAVY
        for module in modules
        if module == package or module.startswith(f"{package}.")
    }


def test_importing_the_package_loads_nothing_else() -> None:
    """`import otel_xray` loads three modules of its own and nothing foreign but importlib's."""
    modules = loaded_by("import otel_xray")

    assert {"otel_xray", "otel_xray.lazy", "otel_xray.version"} == {
        module for module in modules if module.startswith("otel_xray")
    }
    assert set() == heavy(modules)


@pytest.mark.parametrize(
    "name",
    [
        *("Tracer", "xray_recorder", "configure", "correlate", "ticket", "resume", "remember"),
        *("MemoryTickets", "DynamoTickets", "suppress"),
    ],
)
def test_the_facade_loads_the_api_of_opentelemetry_only(name: str) -> None:
    """Each public name costs OpenTelemetry's API; no SDK, no botocore, no requests."""
    modules = loaded_by(f"from otel_xray import {name}")

    # What OpenTelemetry's own API loads is not ours to decide.
    api = loaded_by("import opentelemetry.trace, opentelemetry.context")
    assert set() == heavy(modules - api)


def test_a_tracer_waits_for_the_libraries_it_instruments() -> None:
    """Making a tracer neither imports botocore and requests nor the SDK."""
    modules = loaded_by("from otel_xray import Tracer; Tracer()")

    api = loaded_by("import opentelemetry.trace, opentelemetry.context")
    assert set() == heavy(modules - api)


def test_recording_to_the_daemon_needs_no_http() -> None:
    """In Lambda a recorded and sent subsegment loads the SDK and none of the heavy clients."""
    code = "from otel_xray import xray_recorder\nwith xray_recorder.in_segment('s'): pass"
    modules = loaded_by(code, LAMBDA_TASK_ROOT="/var/task", AWS_XRAY_DAEMON_ADDRESS="127.0.0.1:9")

    sdk = loaded_by("import opentelemetry.sdk.trace, opentelemetry.sdk.trace.export")
    aws = loaded_by("import opentelemetry.sdk.extension.aws.trace")
    assert set() == heavy(modules - sdk - aws)


def test_recording_to_otlp_needs_no_protobuf_and_no_requests() -> None:
    """OTLP costs the standard library's HTTP client and nothing beyond it."""
    code = "from otel_xray import xray_recorder\nwith xray_recorder.in_segment('s'): pass"
    modules = loaded_by(code, OTEL_EXPORTER_OTLP_ENDPOINT="http://127.0.0.1:9")

    assert {"google.protobuf", "opentelemetry.proto", "opentelemetry.exporter", "requests"} & heavy(
        modules
    ) == set()


def test_a_ticket_without_a_secret_loads_no_cryptography() -> None:
    """OpenSSL is loaded by whoever signs, and by nobody else who has an order to correlate."""
    modules = loaded_by(
        "from otel_xray import correlate, resume, ticket; correlate(orderId='1'); ticket()\n"
        "from otel_xray.api.ticket import Ticket, format, parse\n"
        "parse(format(Ticket(1, 1, sampled=True)))"
    )

    assert set() == {"_hashlib", "hashlib", "hmac"} & modules
    assert set() == heavy(modules - loaded_by("import opentelemetry.trace, opentelemetry.context"))


def test_sampling_by_rules_loads_no_client_library() -> None:
    """X-Ray's rules cost the standard library's HTTP client, behind a decision; local ones less."""
    code = "from otel_xray import xray_recorder\nwith xray_recorder.in_segment('s'): pass"
    daemon = {"AWS_XRAY_DAEMON_ADDRESS": "127.0.0.1:9", "OTEL_TRACES_EXPORTER": "xray"}
    usual = loaded_by(code, **daemon)
    rules = '{"version": 2, "default": {"fixed_target": 1, "rate": 0.05}}'
    local = loaded_by(code, OTEL_XRAY_SAMPLING_RULES=rules, **daemon)
    central = loaded_by(code, OTEL_TRACES_SAMPLER="xray", **daemon)

    assert set() == heavy(local - usual)
    assert {"http.client", "ssl"} >= heavy(central - usual)
