"""Propagators and ids by name, in OpenTelemetry's variables and in its configuration file."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.slow

ROOT = "Root=1-5759e988-bd862e3fe1be46a994272793"
TRACE = "5759e988bd862e3fe1be46a994272793"

APPLICATION = """
import json
from opentelemetry import propagate, trace
from opentelemetry.context import attach
from opentelemetry.sdk._configuration import _OTelSDKConfigurator
_OTelSDKConfigurator().configure()
header = "Root=1-5759e988-bd862e3fe1be46a994272793;Lineage=1:2:3"
context = propagate.extract({"x-amzn-trace-id": header})
attach(context)
with trace.get_tracer("application").start_as_current_span("server") as span:
    carrier = {}
    propagate.inject(carrier)
own = span.get_span_context()
print(json.dumps([f"{own.trace_id:032x}", f"{own.span_id:016x}", carrier]))
"""
PAGE = Path(__file__).parents[2] / "docs/how-to/propagate-context.md"


def run(code: str, **environ: str) -> Any:
    """Run *code* in a new interpreter and return the list that it prints."""
    kept = {key: value for key, value in os.environ.items() if key.startswith("COV")}
    done = subprocess.run(
        [sys.executable, "-c", code],
        check=True,
        capture_output=True,
        text=True,
        timeout=60,
        env={**kept, **environ},
    )
    assert "" == done.stderr
    return json.loads(next(line for line in done.stdout.splitlines() if line.startswith('["')))


@pytest.mark.parametrize("group", ["opentelemetry_propagator", "opentelemetry_id_generator"])
def test_our_names_are_nobody_elses(group: str) -> None:
    """Each name of ours means one thing, and the official names stay the official ones'."""
    found = [(one.name, one.value.partition(".")[0]) for one in entry_points(group=group)]

    assert "otel_xray" in dict(found)
    assert [("otel_xray", "otel_xray")] == [one for one in found if one[0] == "otel_xray"]
    assert all(name.startswith("otel_xray") for name, owner in found if owner == "otel_xray")


def check(trace_id: str, span_id: str, carrier: dict[str, str]) -> None:
    """Check that a trace without a parent went on, and its unknown fields with it."""
    assert TRACE == trace_id
    assert f"{ROOT};Parent={span_id};Sampled=1;Lineage=1:2:3" == carrier["X-Amzn-Trace-Id"]
    assert f"00-{TRACE}-{span_id}-" == carrier["traceparent"][:53]


def test_the_variables_of_opentelemetry_take_our_names() -> None:
    """A program that is set up by OTEL_… alone has them, without a line of ours in it."""
    check(
        *run(
            APPLICATION,
            OTEL_PROPAGATORS="tracecontext,baggage,otel_xray",
            OTEL_PYTHON_ID_GENERATOR="otel_xray",
            OTEL_TRACES_EXPORTER="console",
            OTEL_METRICS_EXPORTER="none",
            OTEL_LOGS_EXPORTER="none",
        )
    )


def test_the_configuration_file_takes_our_names(tmp_path: Path) -> None:
    """OTEL_CONFIG_FILE sets up the same, with the file that the documentation shows."""
    (shown,) = re.findall(r"```yaml\n(.*?)```", PAGE.read_text(), re.DOTALL)
    file = tmp_path / "otel.yaml"
    file.write_text(shown)

    check(*run(APPLICATION, OTEL_CONFIG_FILE=str(file)))


def test_lambdas_header_is_read_by_its_own_name() -> None:
    """otel_xray_lambda reads the invocation's header, otel_xray does not."""
    code = APPLICATION.replace('{"x-amzn-trace-id": header}', "{}")
    for name, expected in (("otel_xray_lambda", True), ("otel_xray", False)):
        trace_id, *_ = run(
            code,
            OTEL_PROPAGATORS=name,
            OTEL_PYTHON_ID_GENERATOR="otel_xray",
            OTEL_TRACES_EXPORTER="none",
            OTEL_METRICS_EXPORTER="none",
            OTEL_LOGS_EXPORTER="none",
            _X_AMZN_TRACE_ID=ROOT,
        )
        assert expected is (TRACE == trace_id)
