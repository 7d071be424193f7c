from __future__ import annotations

import logging

import pytest

from otel_xray import settings
from otel_xray.errors import ConfigurationError
from otel_xray.setting_values import (
    Address,
    ContextMissingStrategy,
    ExporterKind,
    parse_daemon_address,
)
from otel_xray.settings import Settings

IN_LAMBDA = {"LAMBDA_TASK_ROOT": "/var/task"}
OTLP, XRAY, NONE = ExporterKind.OTLP, ExporterKind.XRAY, ExporterKind.NONE


@pytest.mark.parametrize(
    ("environ", "exporters", "endpoint"),
    [
        ({}, (OTLP,), "http://localhost:4318/v1/traces"),
        (IN_LAMBDA, (XRAY,), "http://localhost:4318/v1/traces"),
        ({"OTEL_XRAY_BACKEND": "console"}, (OTLP,), "http://127.0.0.1:4318/v1/traces"),
        ({**IN_LAMBDA, "OTEL_XRAY_BACKEND": "adot"}, (OTLP,), "http://localhost:4318/v1/traces"),
        ({"OTEL_XRAY_BACKEND": "xray-daemon"}, (XRAY,), "http://localhost:4318/v1/traces"),
        (
            {**IN_LAMBDA, "OTEL_EXPORTER_OTLP_ENDPOINT": "http://c:1/"},
            (OTLP,),
            "http://c:1/v1/traces",
        ),
        (
            {"OTEL_XRAY_BACKEND": "console", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "https://c/p"},
            (OTLP,),
            "https://c/p",
        ),
        (
            {"OTEL_XRAY_BACKEND": "console", "OTEL_TRACES_EXPORTER": "xray, otlp"},
            (XRAY, OTLP),
            "http://127.0.0.1:4318/v1/traces",
        ),
        ({"OTEL_TRACES_EXPORTER": "none"}, (NONE,), "http://localhost:4318/v1/traces"),
    ],
)
def test_the_destination_is_decided_in_one_order(
    environ: dict[str, str], exporters: tuple[ExporterKind, ...], endpoint: str
) -> None:
    """Named exporters, then a preset, then an endpoint, then Lambda's daemon, then localhost."""
    decided = Settings.from_environ(environ)

    assert exporters == decided.exporters
    assert endpoint == decided.otlp_endpoint
    assert decided.reason


@pytest.mark.parametrize(
    ("environ", "name"),
    [
        ({}, "unknown_service"),
        ({"AWS_LAMBDA_FUNCTION_NAME": "f", "POWERTOOLS_SERVICE_NAME": "p"}, "p"),
        ({"AWS_XRAY_TRACING_NAME": "x", "POWERTOOLS_SERVICE_NAME": "p"}, "x"),
        (
            {"OTEL_RESOURCE_ATTRIBUTES": "a=b,service.name=r%20s", "AWS_XRAY_TRACING_NAME": "x"},
            "r s",
        ),
        ({"OTEL_RESOURCE_ATTRIBUTES": "service.name=r", "OTEL_SERVICE_NAME": "o"}, "o"),
    ],
)
def test_the_service_is_named_by_the_most_specific_variable(
    environ: dict[str, str], name: str
) -> None:
    """OpenTelemetry's names beat X-Ray's, which beat Powertools' and the function's."""
    assert name == Settings.from_environ(environ).service_name


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("OTEL_SDK_DISABLED", "true"),
        ("POWERTOOLS_TRACE_DISABLED", "1"),
        ("AWS_XRAY_SDK_ENABLED", "FALSE"),
    ],
)
def test_each_old_switch_turns_recording_off(variable: str, value: str) -> None:
    """The switches of OpenTelemetry, Powertools and the X-Ray SDK are all honoured."""
    assert Settings.from_environ({}).enabled
    assert not Settings.from_environ({variable: value}).enabled


def test_every_value_is_read() -> None:
    """Each variable arrives in its own setting, in the unit that it says."""
    decided = Settings.from_environ(
        {
            "OTEL_EXPORTER_OTLP_HEADERS": "authorization=Bearer%20s3cret,x=1",
            "OTEL_EXPORTER_OTLP_TIMEOUT": "2500",
            "OTEL_EXPORTER_OTLP_COMPRESSION": "gzip",
            "AWS_XRAY_DAEMON_ADDRESS": "tcp:a:1 udp:b:2",
            "AWS_XRAY_CONTEXT_MISSING": "ignore_error",
            "POWERTOOLS_TRACER_CAPTURE_RESPONSE": "no",
            "POWERTOOLS_TRACER_CAPTURE_ERROR": "off",
            "OTEL_XRAY_FLUSH_TIMEOUT": "250",
        }
    )

    assert {"authorization": "Bearer s3cret", "x": "1"} == decided.otlp_headers
    assert 2.5 == decided.otlp_timeout
    assert decided.otlp_gzip
    assert Address("b", 2) == decided.daemon_address
    assert ContextMissingStrategy.IGNORE_ERROR is decided.context_missing
    assert not decided.capture_response
    assert not decided.capture_error
    assert 0.25 == decided.flush_timeout


def test_credentials_are_never_shown() -> None:
    """Header values are in neither the repr of the settings nor in an error about them."""
    decided = Settings.from_environ({"OTEL_EXPORTER_OTLP_HEADERS": "authorization=s3cret"})
    with pytest.raises(ConfigurationError) as caught:
        Settings.from_environ({"OTEL_EXPORTER_OTLP_HEADERS": "s3cret"})

    assert "s3cret" not in repr(decided) + str(caught.value)
    assert "OTEL_EXPORTER_OTLP_HEADERS" in str(caught.value)


@pytest.mark.parametrize(
    ("variable", "value", "remedy"),
    [
        ("OTEL_XRAY_BACKEND", "jager", "console"),
        ("OTEL_TRACES_EXPORTER", "zipkin", "otlp"),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "localhost:4318", "http://localhost:4318"),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://x:99999", "http://localhost:4318"),
        ("OTEL_EXPORTER_OTLP_TIMEOUT", "soon", "milliseconds"),
        ("OTEL_EXPORTER_OTLP_COMPRESSION", "zstd", "gzip"),
        ("AWS_XRAY_DAEMON_ADDRESS", "nonsense", "host:port"),
        ("AWS_XRAY_DAEMON_ADDRESS", "a:1 b:2 c:3", "udp:host:port"),
        ("AWS_XRAY_DAEMON_ADDRESS", "a:99999", "host:port"),
        ("AWS_XRAY_DAEMON_ADDRESS", "::1", "host:port"),
        ("AWS_XRAY_CONTEXT_MISSING", "PANIC", "RUNTIME_ERROR"),
        ("AWS_XRAY_SDK_ENABLED", "perhaps", "true or false"),
    ],
)
def test_an_unusable_value_is_one_line_with_the_remedy(
    variable: str, value: str, remedy: str
) -> None:
    """The error names the variable, quotes the value and says what to write."""
    with pytest.raises(ConfigurationError) as caught:
        Settings.from_environ({variable: value})

    text = str(caught.value)
    assert variable in text
    assert repr(value) in text
    assert remedy in text
    assert "\n" not in text


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("127.0.0.1:2000", Address("127.0.0.1", 2000)),
        ("udp:daemon:1 tcp:daemon:2", Address("daemon", 1)),
        ("udp:[::1]:2000", Address("::1", 2000)),
    ],
)
def test_daemon_addresses_are_read_as_the_xray_sdk_writes_them(text: str, address: Address) -> None:
    """Both forms are understood, and an address is written as it is read."""
    assert address == parse_daemon_address(text)
    assert address == parse_daemon_address(str(address))


def test_loading_never_raises_and_says_once_what_is_wrong(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """An unusable environment switches tracing off with one line, however often it is read."""
    monkeypatch.setenv("AWS_XRAY_DAEMON_ADDRESS", "loading-test")

    with caplog.at_level(logging.ERROR):
        loaded = [settings.load() for _ in range(3)]

    assert not any(decided.enabled for decided in loaded)
    assert 1 == len(caplog.records)
    assert "AWS_XRAY_DAEMON_ADDRESS is 'loading-test'" in caplog.text


@pytest.mark.parametrize(
    ("text", "libraries"),
    [
        ("", None),
        (" , ", ()),
        ("botocore, Redis,", ("botocore", "Redis")),
        ("none", ()),
        ("redis,None", ()),
    ],
)
def test_libraries_are_chosen_by_name(text: str, libraries: tuple[str, ...] | None) -> None:
    """Names are separated by commas; unset means our own, and none means none."""
    decided = Settings.from_environ(
        {"OTEL_XRAY_INSTRUMENT": text, "OTEL_PYTHON_DISABLED_INSTRUMENTATIONS": "httpx, *"}
    )

    assert libraries == decided.libraries
    assert frozenset({"httpx", "*"}) == decided.untraced_libraries
