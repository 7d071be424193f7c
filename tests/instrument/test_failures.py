"""How a failed call is recorded."""

from __future__ import annotations

import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import StatusCode, Tracer

from otel_xray.instrument import failures

INNER = "inner"
OUTER = "outer"


class Mute(Exception):
    """An exception without a text."""

    def __str__(self) -> str:
        raise RuntimeError(self)


def test_the_stack_leads_from_the_application_to_the_failure(
    tracer: Tracer, exporter: InMemorySpanExporter
) -> None:
    """The stack names the caller, the failing line and the chain, innermost frame last."""

    def fail() -> None:
        try:
            raise KeyError(INNER)
        except KeyError as error:
            raise ValueError(OUTER) from error

    def called_by_application() -> None:
        with tracer.start_as_current_span("call") as span:
            try:
                fail()
            except ValueError as error:
                failures.record(span, error, remote=False)

    called_by_application()
    (span,) = exporter.get_finished_spans()
    (event,) = span.events
    recorded = dict(event.attributes or {})
    stack = str(recorded["exception.stacktrace"])
    assert event.name == "exception"
    assert recorded["exception.type"] == "ValueError"
    assert recorded["exception.message"] == "outer"
    assert recorded["aws.xray.exception.remote"] is False
    assert stack.endswith("ValueError: outer\n")
    assert "KeyError: 'inner'" in stack
    assert stack.index("test_the_stack_leads") < stack.rindex("in fail")
    assert span.status.description == "ValueError: outer"


def test_an_exception_without_text_or_traceback_is_still_recorded(
    tracer: Tracer, exporter: InMemorySpanExporter
) -> None:
    """An exception that was never raised and cannot be printed gives its type."""
    with tracer.start_as_current_span("call") as span:
        failures.record(span, Mute(), remote=True)
    (finished,) = exporter.get_finished_spans()
    recorded = dict(finished.events[0].attributes or {})
    assert recorded["exception.message"] == ""
    assert str(recorded["exception.type"]).endswith("test_failures.Mute")
    assert recorded["aws.xray.exception.remote"] is True
    assert finished.status.status_code is StatusCode.ERROR


def test_a_span_that_records_nothing_takes_a_failure_without_effect() -> None:
    """A non-recording span ignores the failure."""
    failures.record(trace.INVALID_SPAN, ValueError("x"), remote=False)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("no URL: a=b & c=d", "no URL: a=b & c=d"),
        ("at http://h/p?a=1&b=2 (why)", "at http://h/p?a=REDACTED&b=REDACTED (why)"),
        ("at 'https://me:secret@h/p'", "at 'https://h/p'"),
        (
            "url: /k?X-Amz-Signature=f00%2F (Caused by",
            "url: /k?X-Amz-Signature=REDACTED (Caused by",
        ),
        ("url: /k?list-type=2&prefix=a%20b", "url: /k?list-type=REDACTED&prefix=REDACTED"),
        ("url: /k?versions&a[]=1", "url: /k?versions&a[]=REDACTED"),
    ],
)
def test_texts_lose_what_urls_must_not_show(text: str, kept: str) -> None:
    """Values of queries and credentials go, names and everything else stay."""
    assert kept == failures.redacted(text)
