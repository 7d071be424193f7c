from __future__ import annotations

import sys
from pathlib import Path
from subprocess import run
from typing import Any

import pytest
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.trace import SpanKind, Status, StatusCode

from otel_xray import segments
from otel_xray.errors import InvalidDocument
from otel_xray.segments import from_span, to_spans


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
        "import sys; from otel_xray.segments import batches, check, datagrams, flatten; "
        "from otel_xray.segments import to_documents, validate; import otel_xray.segments.decode; "
        "print({'opentelemetry', 'socket', 'asyncio', 'logging'} & sys.modules.keys())"
    )
    # Without the environment: what measures coverage would load modules of its own.
    done = run([sys.executable, "-c", program], capture_output=True, text=True, check=True, env={})

    assert done.stdout.strip() == "set()"


DOCUMENT: Any = {
    "name": "orders",
    "id": "53995c3f42cd8ad8",
    "trace_id": "1-5759e988-bd862e3fe1be46a994272793",
    "parent_id": "0102030405060708",
    "start_time": 1_500_000_000.25,
    "end_time": 1_500_000_001.125,
    "fault": True,
    "cause": {"exceptions": [{"id": "0102030405060709", "type": "E", "message": "m"}]},
    "links": [
        {
            "trace_id": "1-5759e988-bd862e3fe1be46a994272794",
            "id": "0102030405060710",
            "attributes": {"a": "b"},
        }
    ],
    "service": {"version": "2"},
    "subsegments": [
        {
            "name": "pay",
            "id": "0102030405060711",
            "start_time": 1_500_000_000.5,
            "in_progress": True,
            "namespace": "remote",
        }
    ],
}


def test_a_document_becomes_spans_of_the_sdk() -> None:
    """Times, kinds, status, events, links and resource are those that the SDK knows."""
    segment, subsegment = to_spans(DOCUMENT)

    assert (segment.name, segment.kind) == ("orders", SpanKind.SERVER)
    assert (subsegment.name, subsegment.kind) == ("pay", SpanKind.CLIENT)
    assert segment.start_time == 1_500_000_000_250_000_000
    assert (segment.end_time, subsegment.end_time) == (1_500_000_001_125_000_000, None)
    assert segment.status.status_code is StatusCode.ERROR
    assert subsegment.status.status_code is StatusCode.UNSET
    assert [event.name for event in segment.events] == ["exception"]
    assert [(link.context.span_id, link.attributes) for link in segment.links] == [
        (0x0102030405060710, {"a": "b"})
    ]
    assert segment.resource.attributes == {"service.name": "orders", "service.version": "2"}
    assert subsegment.resource is segment.resource


def test_ids_are_in_the_contexts_of_the_sdk() -> None:
    """A segment's parent is of another process, a subsegment's of the same."""
    segment, subsegment = to_spans(DOCUMENT)
    contexts = [segment.context, segment.parent, subsegment.context, subsegment.parent]

    assert {one.trace_id for one in contexts if one} == {0x5759E988BD862E3FE1BE46A994272793}
    assert [(f"{one.span_id:016x}", one.is_remote) for one in contexts if one] == [
        ("53995c3f42cd8ad8", False),
        ("0102030405060708", True),
        ("0102030405060711", False),
        ("53995c3f42cd8ad8", False),
    ]
    assert all(one.trace_flags.sampled for one in contexts if one)


def test_spans_of_a_document_are_that_document() -> None:
    """from_span undoes to_spans; subsegments are independent then."""
    assert [one for span in to_spans(DOCUMENT) for one in from_span(span)] == list(
        segments.flatten(DOCUMENT)
    )


def test_spans_of_a_document_can_be_printed() -> None:
    """The SDK's own text form accepts them."""
    assert all(f'"{span.name}"' in span.to_json() for span in to_spans(DOCUMENT))


def test_what_is_no_document_is_refused() -> None:
    """The error names the member."""
    with pytest.raises(InvalidDocument, match="id of the document named 'orders' is 'x'"):
        to_spans({**DOCUMENT, "id": "x"})
