"""X-Ray's OTLP endpoint: signed requests, by our exporter and by OpenTelemetry's."""

from __future__ import annotations

import gzip
import logging
import os
import subprocess
import sys
from pathlib import Path

import boto3
import pytest
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.trace.export import SpanExportResult

from otel_xray.errors import ConfigurationError
from otel_xray.exporters import choice, sigv4
from otel_xray.setting_values import ExporterKind
from otel_xray.settings import Settings
from tests.exporters.aws import KEY_ID, scope_of_valid_signature
from tests.exporters.test_otlp import BATCH, names
from tests.transport.receivers import Receiver

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("account")]


def settings(receiver: Receiver, **environ: str) -> Settings:
    """Return what a process with *environ* decides, with the receiver for X-Ray."""
    base = f"http://127.0.0.1:{receiver.server_port}"
    return Settings.from_environ(
        {
            "OTEL_TRACES_EXPORTER": "xray_otlp",
            "AWS_ENDPOINT_URL_XRAY": base,
            "AWS_REGION": "eu-west-1",
            **environ,
        }
    )


def export(decided: Settings, times: int = 1) -> list[SpanExportResult]:
    """Send a batch so many times as *decided*."""
    exporter = choice.make(ExporterKind.XRAY_OTLP, decided)
    results = [exporter.export(BATCH) for _ in range(times)]
    exporter.shutdown()
    return results


@pytest.mark.parametrize("compression", ["none", "gzip"])
def test_requests_are_signed_for_xray(receiver: Receiver, compression: str) -> None:
    """What arrives, compressed or not, carries a signature that AWS would find right."""
    decided = settings(receiver, OTEL_EXPORTER_OTLP_TRACES_COMPRESSION=compression)
    assert [SpanExportResult.SUCCESS] * 2 == export(decided, 2)
    (body, _), headers = receiver.bodies, receiver.headers[0]
    assert "/v1/traces" == headers["path"]
    scope = scope_of_valid_signature(headers["path"], headers, body)
    assert "eu-west-1/xray/aws4_request" == scope
    assert f"Credential={KEY_ID}/" in headers["Authorization"]
    assert list("abcde") == names(gzip.decompress(body) if compression == "gzip" else body)
    assert 1 == receiver.connections


def test_headers_for_other_receivers_stay_there(receiver: Receiver) -> None:
    """The key of a vendor, set for OTLP, is not shown to AWS."""
    decided = settings(receiver, OTEL_EXPORTER_OTLP_HEADERS="x-vendor-key=s3cret")
    export(decided)

    assert "x-vendor-key" not in receiver.headers[0]


EXPIRING = """
import datetime, json, sys
from pathlib import Path
count = Path(sys.argv[1])
number = int(count.read_text() or 0) + 1
count.write_text(str(number))
soon = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=60)
print(json.dumps({
    "Version": 1, "AccessKeyId": f"KEY{number}", "SecretAccessKey": f"secret{number}",
    "SessionToken": f"token{number}", "Expiration": soon.isoformat(),
}))
"""


def test_credentials_are_those_of_the_moment(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Credentials that are about to expire are asked for again, at the next request."""
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    program, count = tmp_path / "credentials.py", tmp_path / "count"
    program.write_text(EXPIRING)
    count.write_text("")
    Path(os.environ["AWS_CONFIG_FILE"]).write_text(
        f"[default]\ncredential_process = {sys.executable} {program} {count}\n"
    )
    export(settings(receiver), 2)

    signed = [headers["Authorization"].partition("Credential=")[2] for headers in receiver.headers]
    tokens = [headers["X-Amz-Security-Token"] for headers in receiver.headers]
    assert signed[0].split("/")[0] != signed[1].split("/")[0]
    assert tokens[0] != tokens[1]
    number = tokens[1].removeprefix("token")
    scope_of_valid_signature(
        "/v1/traces", receiver.headers[1], receiver.bodies[1], f"secret{number}"
    )


def test_the_default_session_is_the_applications(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever has given boto3 a session of its own sends by it."""
    session = boto3.session.Session("FROM-BOTO3", "s", region_name="us-west-2")
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", session)
    export(settings(receiver, AWS_REGION=""))

    assert "Credential=FROM-BOTO3/" in receiver.headers[0]["Authorization"]
    assert "/us-west-2/xray/" in receiver.headers[0]["Authorization"]


def test_no_credentials_are_one_line(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Nothing is sent unsigned; the line says what is missing and what to check."""
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    with caplog.at_level(logging.WARNING, "otel_xray"):
        results = export(settings(receiver))

    assert [SpanExportResult.FAILURE] == results
    assert [] == receiver.bodies
    (message,) = [one.message for one in caplog.records if one.name.startswith("otel_xray")]
    assert (
        "5 spans were not sent: there are no AWS credentials. Check the region, the credentials, "
        "and that Transaction Search is on."
    ) == message


def test_credentials_that_cannot_be_had_are_one_line(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A program of credentials that fails costs spans, and never an exception."""
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    Path(os.environ["AWS_CONFIG_FILE"]).write_text("[default]\ncredential_process = false\n")

    assert [SpanExportResult.FAILURE] == export(settings(receiver))
    assert "5 spans were not sent: AWS credentials cannot be had" in caplog.text


@pytest.mark.parametrize("kind", [ExporterKind.XRAY_OTLP, ExporterKind.XRAY_API])
def test_no_region_is_a_configuration_error(kind: ExporterKind) -> None:
    """A region that nobody has named is asked for before anything is recorded."""
    decided = Settings.from_environ({"OTEL_TRACES_EXPORTER": kind.value})

    with pytest.raises(ConfigurationError, match=f"names {kind.value}, but .* set AWS_REGION"):
        choice.make(kind, decided)


@pytest.mark.parametrize(
    ("url", "region"),
    [
        ("https://xray.eu-west-1.amazonaws.com/v1/traces", "eu-west-1"),
        ("https://xray.us-gov-west-1.amazonaws.com:443/v1/traces", "us-gov-west-1"),
        ("https://xray.eu-west-1.amazonaws.com.evil.example/v1/traces", ""),
        ("http://xray.eu-west-1.amazonaws.com/v1/traces", ""),
        ("http://localhost:4318/v1/traces", ""),
    ],
)
def test_xrays_own_endpoint_is_known(url: str, region: str) -> None:
    """Only AWS is sent signatures, and its URL says for which region."""
    assert region == sigv4.region_of(url)


def test_otlp_to_xrays_endpoint_is_signed() -> None:
    """Naming the endpoint is enough, as with AWS's own distribution; botocore waits until then."""
    url = "https://xray.eu-west-1.amazonaws.com/v1/traces"
    decided = Settings.from_environ({"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": url})

    exporter = choice.make(ExporterKind.OTLP, decided)
    assert isinstance(vars(exporter)["_delivery"]._transport._authorize, sigv4.Signature)


def test_the_official_exporter_is_signed_by_name(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """OpenTelemetry's own OTLP/HTTP exporter finds the signature by its entry point."""
    monkeypatch.setenv(
        "OTEL_PYTHON_EXPORTER_OTLP_HTTP_TRACES_CREDENTIAL_PROVIDER", "otel_xray_sigv4"
    )
    monkeypatch.setenv("AWS_DEFAULT_REGION", "ap-south-1")
    exporter = OTLPSpanExporter(f"http://127.0.0.1:{receiver.server_port}/v1/traces")

    assert SpanExportResult.SUCCESS is exporter.export(BATCH)
    exporter.shutdown()  # type: ignore[no-untyped-call]  # theirs
    headers = receiver.headers[0]
    scope = scope_of_valid_signature(headers["path"], headers, receiver.bodies[0])
    assert "ap-south-1/xray/aws4_request" == scope
    assert list("abcde") == names(receiver.bodies[0])


def test_without_botocore_the_exporter_says_what_is_missing() -> None:
    """A process without botocore is told what to install, in one line, and goes on."""
    code = """
import sys
sys.modules["botocore"] = None
from otel_xray import xray_recorder
with xray_recorder.in_segment("shop"):
    pass
print("order placed")
"""
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={"OTEL_TRACES_EXPORTER": "xray_otlp", "AWS_REGION": "eu-west-1"},
        capture_output=True,
        text=True,
        check=True,
    )

    assert "order placed\n" == done.stdout
    assert (
        "Tracing is off: OTEL_TRACES_EXPORTER names xray_otlp, which needs botocore; "
        "pip install boto3.\n"
    ) == done.stderr
