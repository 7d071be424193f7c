from __future__ import annotations

import sys
from pathlib import Path
from subprocess import run

import pytest
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.trace import SpanKind, Status, StatusCode

from otel_xray import segments
from otel_xray.segments import from_span


def record(
    kind: SpanKind = SpanKind.INTERNAL, **attributes: str | bool | int | list[str]
) -> ReadableSpan:
    """Return an ended span of the SDK, in which an exception was recorded."""
    provider = TracerProvider(
        resource=Resource({"service.name": "shop", "telemetry.sdk.language": "python"})
    )
    span = provider.get_tracer("test").start_span("work", kind=kind, attributes=attributes)
    try:
        raise ValueError("boom")  # noqa: EM101  as short as can be
    except ValueError as error:
        span.record_exception(error)
    span.set_status(Status(StatusCode.ERROR))
    span.end()
    assert isinstance(span, ReadableSpan)
    return span


def test_a_span_of_the_sdk_becomes_a_document() -> None:
    """Ids, times, flags, exceptions and attributes of the SDK's span are translated."""
    span = record(SpanKind.SERVER, order="1", paid=True)
    (document,) = from_span(span, indexed_attributes=["order"], log_groups=["/app"])
    context = span.context
    assert context is not None

    assert document["name"] == "shop"
    assert document["id"] == f"{context.span_id:016x}"
    assert document["fault"] is True
    assert document["annotations"] == {"order": "1"}
    assert document["metadata"]["default"]["paid"] is True
    assert document["aws"]["cloudwatch_logs"] == [{"log_group": "/app"}]
    (exception,) = document["cause"]["exceptions"]
    assert (exception["type"], exception["message"]) == ("ValueError", "boom")
    assert exception["stack"][0]["label"] == "record"
    assert len(exception["id"]) == 16


def test_everything_may_be_indexed() -> None:
    """index_all_attributes reaches the encoder."""
    (document,) = from_span(record(a="1", b=2), index_all_attributes=True)

    assert {"a": "1", "b": 2}.items() <= document["annotations"].items()


def test_an_open_span_is_in_progress() -> None:
    """A span that has not ended has no end_time."""
    span = TracerProvider().get_tracer("test").start_span("work")
    assert isinstance(span, ReadableSpan)
    (document,) = from_span(span)

    assert document["in_progress"] is True
    assert "end_time" not in document


def test_the_public_names_are_all_there() -> None:
    """Every name of the package can be used, and is declared for type checkers."""
    stub = Path(segments.__file__).with_suffix(".pyi").read_text()

    names: list[str] = vars(segments)["__all__"]

    assert names == sorted(names)
    for name in names:
        assert callable(getattr(segments, name))
        assert f"import {name} as {name}\n" in stub


@pytest.mark.slow
def test_the_core_loads_no_opentelemetry() -> None:
    """Encoding, framing and nesting are pure: they load neither OpenTelemetry nor sockets."""
    program = (
        "import sys; from otel_xray.segments import datagrams, flatten, to_documents, validate; "
        "print({'opentelemetry', 'socket', 'asyncio', 'logging'} & sys.modules.keys())"
    )
    # Without the environment: what measures coverage would load modules of its own.
    done = run([sys.executable, "-c", program], capture_output=True, text=True, check=True, env={})

    assert done.stdout.strip() == "set()"
