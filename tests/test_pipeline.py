"""
What a process does with its environment, each in an interpreter of its own.

OpenTelemetry's provider is global and set once, so these facts can only be seen from outside.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

from otel_xray.settings import Settings

APPLICATION = """
from otel_xray import Tracer, xray_recorder
with xray_recorder.in_segment("shop"):
    Tracer("shop", auto_patch=False).put_annotation("orderId", "42")
print("order placed")
"""


def run(code: str, **environ: str) -> subprocess.CompletedProcess[str]:
    """Run *code* in a new interpreter, with coverage if this one measures it."""
    kept = {key: value for key, value in os.environ.items() if key.startswith("COV")}
    return subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env={**kept, **environ},
    )


@pytest.fixture
def daemon() -> Iterator[socket.socket]:
    """Return a UDP socket in the place of the X-Ray daemon."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as listening:
        listening.bind(("127.0.0.1", 0))
        listening.settimeout(5)
        yield listening


def address(listening: socket.socket) -> str:
    """Return host:port."""
    host, port = listening.getsockname()
    return f"{host}:{port}"


def test_the_environment_alone_decides(daemon: socket.socket) -> None:
    """Without any set-up call a Lambda-like process sends its segments to the daemon."""
    finished = run(
        APPLICATION, LAMBDA_TASK_ROOT="/var/task", AWS_XRAY_DAEMON_ADDRESS=address(daemon)
    )

    assert ("order placed\n", "") == (finished.stdout, finished.stderr)
    assert b'"orderId":"42"' in daemon.recv(65_536).replace(b" ", b"")


def test_an_unreachable_collector_is_one_line(daemon: socket.socket) -> None:
    """The application's work goes on and ends soon; the line names URL, reason and remedy."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]

    finished = run(APPLICATION, OTEL_EXPORTER_OTLP_ENDPOINT=f"http://127.0.0.1:{port}")

    assert "order placed\n" == finished.stdout
    assert 1 == len(finished.stderr.splitlines())
    assert (
        f"1 spans were not sent: cannot reach http://127.0.0.1:{port}/v1/traces" in finished.stderr
    )
    assert "OTEL_XRAY_BACKEND" in finished.stderr


@pytest.mark.parametrize(
    ("variable", "value"),
    [("OTEL_XRAY_BACKEND", "jager"), ("AWS_XRAY_DAEMON_ADDRESS", "nowhere")],
)
def test_an_unusable_setting_is_one_line(variable: str, value: str) -> None:
    """The application's work goes on untraced; the line quotes the value and says what to write."""
    finished = run(APPLICATION, **{variable: value})

    assert "order placed\n" == finished.stdout
    assert 1 == len(finished.stderr.splitlines())
    assert f"Tracing is off: {variable} is {value!r}" in finished.stderr


@pytest.mark.parametrize("switch", ["OTEL_SDK_DISABLED", "POWERTOOLS_TRACE_DISABLED"])
def test_a_switch_turns_everything_off(switch: str, daemon: socket.socket) -> None:
    """Disabled, nothing is sent, nothing said, and no SDK provider is set up."""
    code = APPLICATION + (
        "from opentelemetry import trace\nprint(type(trace.get_tracer_provider()).__name__)"
    )
    finished = run(code, **{switch: "true", "AWS_XRAY_DAEMON_ADDRESS": address(daemon)})

    assert "order placed\nProxyTracerProvider\n" == finished.stdout
    assert "" == finished.stderr


def test_a_provider_of_the_application_is_used() -> None:
    """Spans go where the application's own provider sends them; ours is not set up."""
    code = """
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import ConsoleSpanExporter, SimpleSpanProcessor
provider = TracerProvider()
exporter = ConsoleSpanExporter(formatter=lambda span: span.name + "\\n")
provider.add_span_processor(SimpleSpanProcessor(exporter))
trace.set_tracer_provider(provider)
"""
    finished = run(code + APPLICATION)

    assert "shop\norder placed\n" == finished.stdout
    assert "" == finished.stderr


def test_recording_into_a_foreign_provider_is_refused() -> None:
    """testing.recording says why it cannot collect, instead of collecting nothing."""
    code = """
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
trace.set_tracer_provider(TracerProvider())
from otel_xray.testing import recording
with recording():
    pass
"""
    finished = run(code)

    assert "another tracer provider is set" in finished.stderr


def test_backends_can_be_switched_while_running(daemon: socket.socket) -> None:
    """A second configure sends later spans elsewhere and flushes the earlier ones first."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as second:
        second.bind(("127.0.0.1", 0))
        second.settimeout(5)
        code = f"""
from otel_xray import configure, xray_recorder
configure(backend="xray-daemon", daemon_address="{address(daemon)}", service="shop")
with xray_recorder.in_segment():
    pass
configure(backend="xray-daemon", daemon_address="{address(second)}")
with xray_recorder.in_segment("later"):
    pass
"""
        finished = run(code)

        assert "" == finished.stderr
        assert b'"shop"' in daemon.recv(65_536)
        assert b'"later"' in second.recv(65_536)


@pytest.mark.parametrize(
    ("arguments", "parts"),
    [
        ('colour="red"', ["'colour'", "backend"]),
        ('backend="jager"', ["'jager'", "console"]),
        ('daemon_address="nowhere"', ["'nowhere'", "host:port"]),
    ],
)
def test_configure_raises_early_and_says_what_to_change(arguments: str, parts: list[str]) -> None:
    """An unknown or unusable argument is a ConfigurationError with the remedy."""
    finished = run(f"import otel_xray\notel_xray.configure({arguments})")

    last = finished.stderr.splitlines()[-1]
    assert last.startswith("otel_xray.errors.ConfigurationError")
    assert all(part in last for part in parts)


@pytest.mark.parametrize("first", ["import opentelemetry.propagate", ""])
def test_both_headers_are_propagated_by_default(first: str) -> None:
    """X-Ray's and W3C's headers are written, whether propagators were loaded before or not."""
    code = f"""
{first}
from otel_xray import xray_recorder
with xray_recorder.in_segment("shop"):
    from opentelemetry import propagate
    carrier = {{}}
    propagate.inject(carrier)
    print(sorted(carrier))
"""
    assert "['X-Amzn-Trace-Id', 'traceparent']\n" == run(code, OTEL_TRACES_EXPORTER="none").stdout
    chosen = run(code, OTEL_TRACES_EXPORTER="none", OTEL_PROPAGATORS="tracecontext")
    assert "['traceparent']\n" == chosen.stdout


EXTRACTING = """
{first}
import otel_xray
otel_xray.configure({arguments})
from opentelemetry import baggage, propagate, trace
{then}
context = propagate.extract({{
    "X-Amzn-Trace-Id": "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1",
    "traceparent": "00-000000000000000000000000000000aa-00000000000000bb-01",
    "baggage": "tenant=7",
}})
span = trace.get_tracer("application").start_span("server", context=context)
print(f"{{span.parent.span_id:x}}", [f"{{link.context.span_id:x}}" for link in span.links],
      baggage.get_baggage("tenant", context))
"""
XRAY_WINS = "53995c3f42cd8ad8 ['bb'] 7\n"
W3C_WINS = "bb ['53995c3f42cd8ad8'] 7\n"


@pytest.mark.parametrize("first", ["import opentelemetry.propagate", ""])
@pytest.mark.parametrize(
    ("arguments", "environ", "expected"),
    [
        ('backend="xray-daemon"', {}, XRAY_WINS),
        ('backend="adot"', {}, XRAY_WINS),
        ('exporters="otlp,xray"', {}, XRAY_WINS),
        ('exporters="none"', {}, W3C_WINS),
        ('exporters="none"', {"OTEL_PROPAGATORS": "tracecontext,baggage,otel_xray"}, XRAY_WINS),
        ('backend="adot"', {"OTEL_PROPAGATORS": "otel_xray,tracecontext,baggage"}, W3C_WINS),
    ],
)
def test_the_backend_decides_which_caller_is_the_parent(
    first: str, arguments: str, environ: dict[str, str], expected: str
) -> None:
    """X-Ray's header wins where X-Ray is, else W3C's, unless a variable says so; one is a link."""
    finished = run(EXTRACTING.format(first=first, arguments=arguments, then=""), **environ)

    assert (expected, "") == (finished.stdout, finished.stderr)


def test_another_backend_is_another_order() -> None:
    """Switching the backend of a running process switches the order, and adds nothing."""
    code = EXTRACTING.format(
        first="import opentelemetry.propagate",
        arguments='exporters="none"',
        then='otel_xray.configure(backend="xray-daemon")',
    )
    fields = "print(sorted(propagate.get_global_textmap().fields))"
    finished = run(code + fields)

    assert finished.stdout == (
        f"{XRAY_WINS}['X-Amzn-Trace-Id', 'baggage', 'traceparent', 'tracestate']\n"
    )


def test_propagators_of_the_application_are_left_alone() -> None:
    """What the application has set itself, with X-Ray's header in it, stays."""
    first = """
from opentelemetry import propagate
from opentelemetry.propagators.aws import AwsXRayPropagator
propagate.set_global_textmap(AwsXRayPropagator())
"""
    code = EXTRACTING.format(first=first, arguments='exporters="none"', then="")
    finished = run(code)

    assert "53995c3f42cd8ad8 [] None\n" == finished.stdout


def test_two_exporters_get_every_span(daemon: socket.socket) -> None:
    """One unreachable exporter does not keep spans from the other."""
    finished = run(
        APPLICATION,
        OTEL_TRACES_EXPORTER="otlp,xray",
        OTEL_EXPORTER_OTLP_ENDPOINT="http://127.0.0.1:9",
        AWS_XRAY_DAEMON_ADDRESS=address(daemon),
    )

    assert "order placed\n" == finished.stdout
    assert b'"shop"' in daemon.recv(65_536)


def test_an_interrupted_program_ends_at_once() -> None:
    """Spans that nobody takes do not hold up the end of the process."""
    interrupt = """
import os, signal
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell may have us ignore it
os.kill(os.getpid(), signal.SIGINT)
"""
    begun = time.monotonic()
    finished = run(APPLICATION + interrupt, OTEL_EXPORTER_OTLP_ENDPOINT="http://127.0.0.1:9")

    assert "KeyboardInterrupt" in finished.stderr
    assert time.monotonic() - begun < Settings().otlp_timeout


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
@pytest.mark.parametrize("where", ["in Lambda", "elsewhere"])
def test_a_forked_worker_sends_its_own(daemon: socket.socket, where: str) -> None:
    """A worker forked after the first span neither hangs nor loses what it records."""
    code = """
import os
from otel_xray import xray_recorder
from opentelemetry import trace
with xray_recorder.in_segment("before"):
    pass
if os.fork() == 0:
    with xray_recorder.in_segment("worker"):
        pass
    trace.get_tracer_provider().force_flush()
    os._exit(0)
print(os.wait()[1])
"""
    lambdas = {"LAMBDA_TASK_ROOT": "/var/task"} if where == "in Lambda" else {}
    finished = run(
        code,
        OTEL_TRACES_EXPORTER="xray",
        AWS_XRAY_DAEMON_ADDRESS=address(daemon),
        PYTHONWARNINGS="ignore::DeprecationWarning",
        **lambdas,
    )

    assert ("0\n", "") == (finished.stdout, finished.stderr)
    received = b"".join(daemon.recv(65_536) for _ in range(2))
    assert b'"worker"' in received
    assert b'"before"' in received
