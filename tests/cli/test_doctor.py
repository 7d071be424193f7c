"""``otel-xray doctor``: each misconfiguration has its finding, and a good set-up has none."""

from __future__ import annotations

import json
import re
import socket
import sys
import threading
from collections.abc import Iterator
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from otel_xray.backends import BACKENDS
from otel_xray.cli import checks, main
from tests.test_backends import VENDORS

pytestmark = pytest.mark.slow

OTLP = "OTEL_EXPORTER_OTLP_ENDPOINT"
DAEMON = "AWS_XRAY_DAEMON_ADDRESS"
UNREACHABLE = "endpoint-unreachable"
TO_DAEMON = {"OTEL_XRAY_BACKEND": "xray-daemon"}
IN_LAMBDA = {"LAMBDA_TASK_ROOT": "/nowhere/task", "AWS_LAMBDA_EXEC_WRAPPER": "/bin/true"}


class Receiver(ThreadingHTTPServer):
    """
    Takes OTLP.

    Attributes:
        status: what it answers.
        ahead: seconds that its clock is ahead.
        credentials: that came with any request but a POST.
    """

    def __init__(self) -> None:
        self.status = 200
        self.ahead = 0
        self.leaked: list[str] = []
        super().__init__(("127.0.0.1", 0), _Handler)

    @property
    def url(self) -> str:
        """Return the base URL."""
        return f"http://127.0.0.1:{self.server_port}"


class _Handler(BaseHTTPRequestHandler):
    server: Receiver

    def do_GET(self) -> None:
        self.server.leaked += [value for _, value in self.headers.items() if "s3cret" in value]
        self._answer()

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self._answer()

    def date_time_string(self, timestamp: float | None = None) -> str:
        import time

        return formatdate(time.time() + self.server.ahead, usegmt=True)

    def _answer(self) -> None:
        self.send_response(self.server.status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def receiver(monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    """Run a receiver on loopback, which is where OTLP goes."""
    server = Receiver()
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    monkeypatch.setenv(OTLP, server.url)
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def daemon(monkeypatch: pytest.MonkeyPatch) -> Iterator[socket.socket]:
    """Return a UDP socket in the place of the X-Ray daemon."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as listening:
        listening.bind(("127.0.0.1", 0))
        listening.settimeout(5)
        monkeypatch.setenv(DAEMON, f"127.0.0.1:{listening.getsockname()[1]}")
        yield listening


class Doctor:
    """Asks the doctor, in an environment of the test."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self._monkeypatch = monkeypatch
        self._capsys = capsys

    def says(self, environ: dict[str, str], *options: str) -> tuple[int, dict[str, Any]]:
        """Return the exit code and what is printed as JSON."""
        code, text = self.text(environ, "--json", *options)
        return code, json.loads(text)

    def text(self, environ: dict[str, str], *options: str) -> tuple[int, str]:
        """Return the exit code and what is printed."""
        for name, value in {"OTEL_SERVICE_NAME": "shop", **environ}.items():
            self._monkeypatch.setenv(name, value)
        code = main(["doctor", *options])
        return code, self._capsys.readouterr().out

    def finds(self, environ: dict[str, str]) -> dict[str, dict[str, str]]:
        """Return the findings by their names."""
        return {one["name"]: one for one in self.says(environ)[1]["findings"]}


@pytest.fixture
def doctor(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Doctor:
    """Return the doctor."""
    return Doctor(monkeypatch, capsys)


# what the network of this machine may add, or not
ALONGSIDE = {
    "daemon-unknown": frozenset({"daemon-elsewhere"}),
    "daemon-elsewhere": frozenset({"daemon-not-there"}),
    "endpoint-unreachable": frozenset({"protocol-at-wrong-port"}),
}


# environment, finding, words of what, words of the change
MISCONFIGURATIONS: list[tuple[dict[str, str], str, str, str]] = [
    ({"AWS_XRAY_CONTEXT_MISSING": "PANIC"}, "unusable-setting", "'PANIC'", "Correct"),
    ({"OTEL_XRAY_BACKEND": "jager"}, "unusable-setting", "jaeger", "Correct"),
    ({"OTEL_SDK_DISABLED": "true"}, "switched-off", "OTEL_SDK_DISABLED", "Unset"),
    ({"POWERTOOLS_TRACE_DISABLED": "1"}, "switched-off", "POWERTOOLS_TRACE_DISABLED", "Unset"),
    (
        {"AWS_XRAY_SDK_ENABLED": "true", "OTEL_SDK_DISABLED": "true"},
        "contradictory-switches",
        "AWS_XRAY_SDK_ENABLED asks for it",
        "Unset OTEL_SDK_DISABLED to record",
    ),
    ({"OTEL_SERVICE_NAME": ""}, "service-not-named", "No variable", "OTEL_SERVICE_NAME"),
    ({"OTEL_TRACES_EXPORTER": "none"}, "no-exporter", "none", "Name an exporter"),
    ({"OTEL_TRACES_EXPORTER": "none,otlp"}, "no-exporter", "none,otlp", "Remove none"),
    (
        {"OTEL_CONFIG_FILE": "/etc/otel.yaml", "OTEL_PROPAGATORS": "otel_xray"},
        "configuration-file",
        "It shadows OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_PROPAGATORS",
        "Unset OTEL_CONFIG_FILE",
    ),
    (
        {"OTEL_PYTHON_CONFIGURATOR": "aws_configurator"},
        "two-set-ups",
        "OTEL_PYTHON_CONFIGURATOR=aws_configurator",
        "Unset",
    ),
    (
        {"AWS_LAMBDA_EXEC_WRAPPER": "/opt/otel-instrument"},
        "two-set-ups",
        "AWS_LAMBDA_EXEC_WRAPPER=/opt/otel-instrument",
        "Unset",
    ),
    (
        {"OTEL_XRAY_BACKEND": "xray-api", "AWS_CONFIG_FILE": "/nowhere"},
        "exporter-cannot-be-made",
        "xray_api",
        "AWS_REGION",
    ),
    (
        {
            "OTEL_XRAY_BACKEND": "xray-otlp",
            "AWS_REGION": "eu-west-1",
            "AWS_DEFAULT_REGION": "eu-west-2",
        },
        "two-regions",
        "eu-west-2",
        "Unset one",
    ),
    ({"OTEL_XRAY_COMPAT": "false"}, "alias-off", "OTEL_XRAY_COMPAT", "Unset"),
    (
        {"PROTOCOL_BUFFERS_PYTHON_IMPLEMENTATION": "python"},
        "slow-protobuf",
        "is python",
        "pip check",
    ),
    (
        {**TO_DAEMON, "OTEL_PROPAGATORS": "xray,xray-lambda"},
        "both-xray-propagators",
        "xray and xray-lambda",
        "Keep one",
    ),
    (
        {**TO_DAEMON, "OTEL_PROPAGATORS": "tracecontext,baggage"},
        "no-xray-propagator",
        "tracecontext,baggage",
        "tracecontext,baggage,otel_xray",
    ),
    (
        {**TO_DAEMON, "OTEL_PROPAGATORS": "xray,tracecontext"},
        "w3c-wins-over-xray",
        "xray,tracecontext",
        "last",
    ),
    (
        {"OTEL_PROPAGATORS": "xray-lambda,tracecontext"},
        "xray-lambda-elsewhere",
        "xray-lambda",
        "Write xray instead",
    ),
    (
        {"OTEL_PROPAGATORS": "otel_xray_lambda,tracecontext"},
        "xray-lambda-elsewhere",
        "otel_xray_lambda",
        "Write otel_xray instead",
    ),
    (
        {"OTEL_XRAY_LAMBDA_SPAN": "xray"},
        "xray-span-elsewhere",
        "OTEL_XRAY_LAMBDA_SPAN",
        "OTEL_XRAY_BACKEND=adot",
    ),
    (
        {**TO_DAEMON, **IN_LAMBDA, "OTEL_XRAY_LAMBDA_SPAN": "server"},
        "server-span-in-xray",
        "server",
        "Unset",
    ),
    (
        {
            **TO_DAEMON,
            **IN_LAMBDA,
            "_X_AMZN_TRACE_ID": "Root=1-5759e988-bd862e3fe1be46a994272793;"
            "Parent=53995c3f42cd8ad8;Sampled=0",
        },
        "lambda-sampled-0",
        "Sampled=0",
        "active tracing",
    ),
    ({"OTEL_TRACES_SAMPLER": "always_off"}, "sampler-off", "always_off", "parentbased_always_on"),
    (
        {"OTEL_TRACES_SAMPLER": "traceidratio", "OTEL_TRACES_SAMPLER_ARG": "0"},
        "sampler-off",
        "argument 0",
        "Unset",
    ),
    (
        {"OTEL_TRACES_SAMPLER": "traceidratio", "OTEL_TRACES_SAMPLER_ARG": "5%"},
        "sampler-argument",
        "'5%'",
        "0.05",
    ),
    ({"OTEL_TRACES_SAMPLER": "sometimes"}, "unknown-sampler", "'sometimes'", "traceidratio"),
    (
        {**TO_DAEMON, **IN_LAMBDA, "OTEL_TRACES_SAMPLER": "xray"},
        "xray-sampler-in-lambda",
        "in Lambda",
        "endpoint=aws",
    ),
    (
        {**TO_DAEMON, "OTEL_PYTHON_ID_GENERATOR": "random"},
        "random-trace-ids",
        "random",
        "otel_xray",
    ),
    ({"OTEL_PROPAGATORS": "b3,otel_xray"}, "not-installed", "names b3", "tracecontext"),
    (
        {"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http://127.0.0.1:4317/v1/traces"},
        "protocol-at-wrong-port",
        "http/protobuf",
        "4318",
    ),
    (
        {OTLP: "http://127.0.0.1:4318", "OTEL_EXPORTER_OTLP_PROTOCOL": "grpc"},
        "protocol-at-wrong-port",
        "grpc",
        "4317",
    ),
    (
        {"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http://127.0.0.1:9/"},
        "endpoint-without-path",
        "http://127.0.0.1:9/",
        "/v1/traces",
    ),
    ({OTLP: "http://127.0.0.1:9/v1/traces"}, "endpoint-with-two-paths", "ends in", "Remove it"),
    (
        {OTLP: "http://collector.invalid:4318", "OTEL_EXPORTER_OTLP_HEADERS": "a=s3cret"},
        "credentials-in-plain-text",
        "collector.invalid",
        "https",
    ),
    (
        {"OTEL_XRAY_BACKEND": "datadog", "DD_API_KEY": "s3cret"},
        "headers-not-sent",
        "datadog",
        "OTEL_EXPORTER_OTLP_HEADERS",
    ),
    (
        {**IN_LAMBDA, "AWS_LAMBDA_EXEC_WRAPPER": "/opt/otel-xray-instrument"},
        "wrapper-missing",
        "/opt/otel-xray-instrument",
        "otel-xray layer build",
    ),
    (
        {**IN_LAMBDA, "AWS_LAMBDA_EXEC_WRAPPER": ""},
        "no-wrapper",
        "not set",
        "/opt/otel-xray-instrument",
    ),
    (
        {**IN_LAMBDA, "_HANDLER": "otel_xray.aws_lambda.function.handler"},
        "handler-not-named",
        "OTEL_XRAY_HANDLER is not set",
        "module.function",
    ),
    (
        {**IN_LAMBDA, "LAMBDA_TASK_ROOT": "/", "_HANDLER": "app.handler"},
        "handler-not-found",
        "no app.py",
        "Correct",
    ),
    (
        {**IN_LAMBDA, "PYTHONPATH": "/var/task/lib"},
        "python-path-hides-layers",
        "/opt/python",
        "Append",
    ),
    ({OTLP: "http://127.0.0.1:9"}, UNREACHABLE, "http://127.0.0.1:9/v1/traces", "OTEL_XRAY"),
    ({OTLP: "http://nobody.invalid:9"}, UNREACHABLE, "nobody.invalid", "OTEL_XRAY"),
    (
        {OTLP: "http://127.0.0.1:9", "OTEL_EXPORTER_OTLP_PROTOCOL": "grpc"},
        UNREACHABLE,
        "http://127.0.0.1:9",
        "OTEL_XRAY",
    ),
    ({**TO_DAEMON, DAEMON: "127.0.0.1:9"}, "daemon-not-there", "127.0.0.1:9", "console"),
    ({**TO_DAEMON, DAEMON: "daemon.invalid:2000"}, "daemon-unknown", "daemon.invalid", "Correct"),
    ({**TO_DAEMON, DAEMON: "192.0.2.1:2000"}, "daemon-elsewhere", "192.0.2.1", "beside"),
]


@pytest.mark.usefixtures("receiver", "daemon")
@pytest.mark.parametrize(("environ", "name", "what", "change"), MISCONFIGURATIONS)
def test_each_misconfiguration_has_its_finding(
    environ: dict[str, str], name: str, what: str, change: str, doctor: Doctor
) -> None:
    """What is so, why it matters and what to change; nothing else is wrong."""
    code, said = doctor.says(environ)
    findings = {one["name"]: one for one in said["findings"]}

    assert name in findings
    assert what in findings[name]["what"]
    assert change in findings[name]["change"]
    assert findings[name]["why"].endswith(".")
    assert {name} == {name} | set(findings) - ALONGSIDE.get(name, frozenset({UNREACHABLE}))
    problems = [one for one in findings.values() if one["severity"] == "problem"]
    assert code == (1 if problems else 0)
    assert "s3cret" not in json.dumps(said)


def test_every_finding_is_in_the_tests() -> None:
    """A check that no test has seen to find anything may find nothing."""
    folder = Path(checks.__file__).parent
    source = "".join(path.read_text() for path in folder.glob("*.py"))
    names = set(re.findall(r'Finding\(\s*"([a-z0-9-]+)"', source))
    tested = {case[1] for case in MISCONFIGURATIONS}

    assert names == tested | {"clock-skew", "endpoint-unavailable", "small-datagrams"}


@pytest.mark.usefixtures("daemon")
@pytest.mark.parametrize(
    "environ",
    [
        {**TO_DAEMON, **IN_LAMBDA, "_X_AMZN_TRACE_ID": "Root=nonsense"},
        {**TO_DAEMON, **IN_LAMBDA, "_X_AMZN_TRACE_ID": "Root=1-5759e988-bd862e3fe1be46a994272793"},
        {
            **TO_DAEMON,
            **IN_LAMBDA,
            "OTEL_TRACES_SAMPLER": "xray",
            "OTEL_TRACES_SAMPLER_ARG": "endpoint=aws",
        },
        {**TO_DAEMON, "OTEL_TRACES_SAMPLER": "traceidratio", "OTEL_TRACES_SAMPLER_ARG": "0.5"},
        {**TO_DAEMON, "OTEL_PROPAGATORS": "tracecontext,baggage,otel_xray"},
        {**TO_DAEMON, "OTEL_PYTHON_ID_GENERATOR": "xray"},
    ],
)
def test_what_is_well_set_up_is_no_finding(environ: dict[str, str], doctor: Doctor) -> None:
    """Nor is what only others complain of."""
    assert {} == doctor.finds(environ)


def test_x_rays_own_otlp_endpoint_is_x_ray(doctor: Doctor) -> None:
    """Without a preset the URL says it."""
    environ = {
        "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "https://xray.eu-west-1.amazonaws.com/v1/traces",
        "OTEL_PYTHON_ID_GENERATOR": "random",
        "AWS_REGION": "eu-west-1",
    }

    assert "random-trace-ids" in doctor.finds(environ)


def test_libraries_that_do_not_fit_are_found(
    doctor: Doctor, monkeypatch: pytest.MonkeyPatch, receiver: Receiver
) -> None:
    """An exporter that cannot even be loaded is told with the library's own words."""
    monkeypatch.delattr("otel_xray.exporters.otlp", raising=False)
    monkeypatch.setitem(sys.modules, "otel_xray.exporters.otlp", None)
    finding = doctor.finds({})["exporter-cannot-be-made"]

    assert "otel_xray.exporters.otlp" in finding["change"]


@pytest.mark.parametrize(
    ("environ", "where"),
    [
        ({}, "xray: the X-Ray daemon at 127.0.0.1:2000 (UDP)"),
        ({"OTEL_TRACES_EXPORTER": "none"}, "the same"),
        ({"OTEL_XRAY_COMPAT": "false"}, "X-Ray calls are the original's"),
    ],
)
def test_the_alias_has_a_way_of_its_own(
    environ: dict[str, str], where: str, doctor: Doctor
) -> None:
    """Where no variable names a backend the alias sends to the daemon, as the X-Ray SDK does."""
    manner = doctor.says(environ)[1]["decision"]["manner"]

    assert where in manner["under the X-Ray SDK's alias"]


def test_another_receiver_of_grpc_is_there(receiver: Receiver, doctor: Doctor) -> None:
    """Of gRPC only the port can be asked without sending spans."""
    assert {} == doctor.finds({"OTEL_EXPORTER_OTLP_PROTOCOL": "grpc"})


def test_an_endpoint_that_refuses_work_is_found(receiver: Receiver, doctor: Doctor) -> None:
    """503 is no service, whoever answers it."""
    receiver.status = 503

    assert "503" in doctor.finds({})["endpoint-unavailable"]["what"]


@pytest.mark.parametrize(("ahead", "word"), [(3600, "behind"), (-3600, "ahead of")])
def test_another_clock_is_found(ahead: int, word: str, receiver: Receiver, doctor: Doctor) -> None:
    """The answer's date says what the other side's clock says."""
    receiver.ahead = ahead

    assert word in doctor.finds({})["clock-skew"]["what"]


@pytest.mark.usefixtures("daemon")
def test_a_limit_of_datagrams_is_found(doctor: Doctor, monkeypatch: pytest.MonkeyPatch) -> None:
    """A system that sends small datagrams only loses large segments."""
    monkeypatch.setattr(socket.socket, "getsockopt", lambda *_: 9_216)

    assert "9,216 bytes" in doctor.finds(TO_DAEMON)["small-datagrams"]["what"]


def test_a_good_set_up_has_no_finding(receiver: Receiver, doctor: Doctor) -> None:
    """Exit code 0, and the decision with its reason."""
    code, text = doctor.text({})

    assert 0 == code
    assert f"Spans go to otlp: {receiver.url}/v1/traces (http/protobuf; no headers)" in text
    assert "because an OTLP endpoint is set" in text
    assert "Nothing is set up wrongly" in text


@pytest.mark.usefixtures("daemon")
def test_lambda_as_the_layer_sets_it_up_has_no_finding(doctor: Doctor, tmp_path: Path) -> None:
    """The wrapper, the handler of the layer and the function's own."""
    (tmp_path / "app.py").touch()
    (tmp_path / "otel-xray-instrument").touch()
    code, said = doctor.says(
        {
            "LAMBDA_TASK_ROOT": str(tmp_path),
            "AWS_LAMBDA_EXEC_WRAPPER": str(tmp_path / "otel-xray-instrument"),
            "_HANDLER": "otel_xray.aws_lambda.function.handler",
            "OTEL_XRAY_HANDLER": "app.handler",
        }
    )

    assert (0, []) == (code, said["findings"])
    assert "in Lambda the X-Ray daemon is at hand" == said["decision"]["reason"]


@pytest.mark.parametrize(
    ("environ", "name", "why"),
    [
        (
            {"OTEL_TRACES_EXPORTER": "otlp", "OTEL_XRAY_BACKEND": "console"},
            "OTEL_XRAY_BACKEND",
            "OTEL_TRACES_EXPORTER names the exporters",
        ),
        ({"OTEL_TRACES_EXPORTER": "xray"}, OTLP, "no exporter otlp"),
        ({}, DAEMON, "no exporter xray"),
        ({"OTEL_XRAY_STDOUT_FORMAT": "json"}, "OTEL_XRAY_STDOUT_FORMAT", "no exporter console"),
        ({"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http://127.0.0.1:9/x"}, OTLP, "TRACES_ENDPOINT"),
        (
            {"OTEL_XRAY_BACKEND": "datadog", "DD_API_KEY": "s3cret"},
            "DD_API_KEY",
            "OpenTelemetry's variables",
        ),
        ({"OTEL_TRACES_SAMPLER_ARG": "0.5"}, "OTEL_TRACES_SAMPLER_ARG", "is not set"),
        ({"POWERTOOLS_SERVICE_NAME": "other"}, "POWERTOOLS_SERVICE_NAME", "is named shop"),
        (
            {"OTEL_TRACES_SAMPLER": "always_on", "OTEL_TRACES_SAMPLER_ARG": "0.5"},
            "OTEL_TRACES_SAMPLER_ARG",
            "always_on takes none",
        ),
    ],
)
@pytest.mark.usefixtures("receiver", "daemon")
def test_what_is_ignored_is_said_with_the_reason(
    environ: dict[str, str], name: str, why: str, doctor: Doctor
) -> None:
    """A variable that is set and has no say in the decision."""
    ignored = {one["name"]: one["why"] for one in doctor.says(environ)[1]["decision"]["ignored"]}

    assert why in ignored[name]


@pytest.mark.parametrize("backend", [one for one in BACKENDS.values() if one.headers])
@pytest.mark.parametrize("form", ["--json", "--send"])
def test_no_credential_is_shown(
    backend: Any, form: str, receiver: Receiver, doctor: Doctor
) -> None:
    """Neither the vendor's, nor those of headers, URLs and proxies; nor is one sent to look."""
    headers = {"OTEL_EXPORTER_OTLP_HEADERS": "authorization=Basic%20s3cret-in-header"}
    others = {
        "OTEL_XRAY_TICKET_SECRET": "s3cret-of-tickets",
        OTLP: receiver.url.replace("//", "//me:s3cret-in-url@"),
        "HTTPS_PROXY": "http://me:s3cret-of-proxy@127.0.0.1:9",
    }
    _, text = doctor.text({**VENDORS, **headers, **others, "OTEL_XRAY_BACKEND": backend.name}, form)

    assert "s3cret" not in text
    assert [] == receiver.leaked


def test_settings_that_cannot_be_used_are_not_quoted_with_their_credentials(
    doctor: Doctor,
) -> None:
    """The error of a URL with a password shows neither."""
    code, text = doctor.text({OTLP: "ftp://me:s3cret@c"})

    assert 1 == code
    assert "s3cret" not in text
    assert OTLP in text


# --- the test span ----------------------------------------------------------------------------


def test_a_test_span_is_accepted(receiver: Receiver, doctor: Doctor) -> None:
    """The receiver has taken it; its trace id is told, to be looked for."""
    code, said = doctor.says({}, "--send")
    [sent] = said["sent"]

    assert (0, True, "otlp") == (code, sent["accepted"], sent["exporter"])
    assert re.fullmatch("[0-9a-f]{32}", sent["trace_id"])


def test_a_test_span_is_refused(receiver: Receiver, doctor: Doctor) -> None:
    """Exit code 1, and the reason that the receiver gives."""
    receiver.status = 401
    code, text = doctor.text({}, "--send")

    assert 1 == code
    assert "not accepted" in text
    assert "401" in text


def test_a_segment_has_no_answer(daemon: socket.socket, doctor: Doctor) -> None:
    """It arrives as a datagram; that it did cannot be known from here."""
    code, text = doctor.text(TO_DAEMON, "--send")

    assert 0 == code
    assert "sent; UDP has no answer" in text
    assert b"" == daemon.recv(65_536)  # the doctor looks whether anybody is there
    assert b'"name":"shop"' in daemon.recv(65_536)


def test_nothing_can_be_sent_nowhere(receiver: Receiver, doctor: Doctor) -> None:
    """Who asks for a test span, and has no exporter, has not got what was asked for."""
    assert 1 == doctor.text({"OTEL_TRACES_EXPORTER": "none,none"}, "--send")[0]


def test_an_exporter_that_cannot_be_made_accepts_nothing(doctor: Doctor) -> None:
    """The reason is that of the finding."""
    _, said = doctor.says(
        {"OTEL_XRAY_BACKEND": "xray-api", "AWS_CONFIG_FILE": "/nowhere"}, "--send"
    )

    assert [False] == [one["accepted"] for one in said["sent"]]
    assert "AWS_REGION" in said["sent"][0]["said"]
