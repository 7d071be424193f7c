"""X-Ray's header as OpenTelemetry's propagators read and write it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from opentelemetry import context as otel_context
from opentelemetry import trace
from opentelemetry.baggage.propagation import W3CBaggagePropagator
from opentelemetry.context import Context
from opentelemetry.propagators.aws import AwsXRayPropagator
from opentelemetry.propagators.composite import CompositePropagator
from opentelemetry.propagators.textmap import DefaultGetter, DefaultSetter, TextMapPropagator
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.sdk.trace.sampling import ALWAYS_OFF, ALWAYS_ON, ParentBased, Sampler
from opentelemetry.trace import NonRecordingSpan, Span, SpanContext, TraceFlags
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from otel_xray.model import keys
from otel_xray.model.ids import to_hex, to_xray
from otel_xray.spans import received
from otel_xray.spans.id_generator import IdGenerator
from otel_xray.spans.inheritance import InheritanceProcessor
from otel_xray.spans.propagator import XRayLambdaPropagator, XRayPropagator

NAME = "X-Amzn-Trace-Id"
ROOT = 0x5759E988BD862E3FE1BE46A994272793
PARENT = 0x53995C3F42CD8AD8
TEXT = "Root=1-5759e988-bd862e3fe1be46a994272793"
COMPLETE = f"{TEXT};Parent=53995c3f42cd8ad8;Sampled=1"
W3C = SpanContext(0x10, 0x20, is_remote=True, trace_flags=TraceFlags(1))
TRACEPARENT = f"00-{0x10:032x}-{0x20:016x}-01"

Start = Callable[[str, Context], ReadableSpan]


class Started:
    """Starts spans of a real SDK, set up as this package does it, and returns what ended."""

    def __init__(self, sampler: Sampler = ALWAYS_ON) -> None:
        self.exporter = InMemorySpanExporter()
        self.provider = TracerProvider(
            sampler=sampler, id_generator=IdGenerator(), shutdown_on_exit=False
        )
        self.provider.add_span_processor(InheritanceProcessor())
        self.provider.add_span_processor(SimpleSpanProcessor(self.exporter))
        self.tracer = self.provider.get_tracer("application")

    def span(self, context: Context | None) -> ReadableSpan:
        """Start and end a span in *context*."""
        self.tracer.start_span("server", context=context).end()
        return self.exporter.get_finished_spans()[-1]


@pytest.fixture
def started() -> Iterator[Started]:
    """Return an SDK that records everything."""
    started = Started()
    yield started
    started.provider.shutdown()


def parent(context: Context) -> SpanContext:
    """Return the caller that *context* names."""
    return trace.get_current_span(context).get_span_context()


def ids(context: SpanContext | None) -> tuple[int, int] | None:
    """Return what tells a span from all others."""
    return context and (context.trace_id, context.span_id)


# --- reading ------------------------------------------------------------------------------------


@pytest.mark.parametrize("propagator", [AwsXRayPropagator(), XRayPropagator()])
@pytest.mark.parametrize("sampled", [True, False])
def test_a_complete_header_names_the_parent(propagator: TextMapPropagator, sampled: bool) -> None:
    """Both propagators read a complete header, and agree on the caller and its decision."""
    text = f"{TEXT};Parent={to_hex(PARENT)};Sampled={int(sampled)}"
    found = parent(propagator.extract({NAME: text}))

    assert (ROOT, PARENT) == ids(found)
    assert found.is_remote
    assert sampled == found.trace_flags.sampled


@pytest.mark.parametrize(
    "text",
    [
        f"{COMPLETE};",
        f";; {COMPLETE} ;;",
        COMPLETE.replace(";", " ; ").replace("=", " = "),
        COMPLETE.replace("Root", "root").replace("Parent", "PARENT").replace("Sampled", "sampled"),
        COMPLETE.upper(),
        f"{TEXT};Parent=53995c3f42cd8ad8",
        f"{TEXT};Parent=53995c3f42cd8ad8;Sampled=?",
        f"{TEXT};Parent=53995c3f42cd8ad8;Sampled=",
        f"{COMPLETE};Root=1-00000001-000000000000000000000001;Sampled=0",
        f"{COMPLETE};Lineage=a=b=c;noise",
        f"Self=1-00000001-000000000000000000000001;{COMPLETE}",
        f"{COMPLETE}, Root=1-00000001-000000000000000000000001;Parent=0000000000000001",
    ],
)
def test_a_sloppy_header_is_read_as_it_was_meant(text: str) -> None:
    """Separators, blanks, letters' case, repetition and a missing decision cost nothing."""
    found = parent(XRayPropagator().extract({NAME: text}))

    assert (ROOT, PARENT) == ids(found)
    assert found.trace_flags.sampled


@pytest.mark.parametrize(
    "carrier",
    [
        {NAME.lower(): COMPLETE},
        {NAME.upper(): [COMPLETE]},
        {NAME: [COMPLETE, "Root=1-00000001-000000000000000000000001;Parent=0000000000000001"]},
        {NAME: ["", "Root=nonsense", COMPLETE]},
        {NAME: COMPLETE.encode()},
        {NAME.lower(): [COMPLETE.encode()]},
        {NAME: (COMPLETE,)},
    ],
    ids=["small", "capital", "repeated", "first readable", "bytes", "bytes in a list", "tuple"],
)
def test_the_header_is_found_under_any_spelling_and_type(carrier: dict[str, Any]) -> None:
    """Plain dicts, lists and bytes are read; of several headers the first that can be."""
    assert (ROOT, PARENT) == ids(parent(XRayPropagator().extract(carrier)))


class OneValue(DefaultGetter):
    """A getter as some write it: a text, or bytes, where a list belongs."""

    def get(self, carrier: Any, key: str) -> Any:
        """Return the value itself."""
        return carrier.get(key)


@pytest.mark.parametrize("value", [COMPLETE, COMPLETE.encode()], ids=["text", "bytes"])
def test_a_getter_may_return_the_value_itself(value: object) -> None:
    """A getter that returns no list is understood."""
    carrier: dict[str, Any] = {NAME: value}
    found = XRayPropagator().extract(carrier, getter=OneValue())

    assert (ROOT, PARENT) == ids(parent(found))


@pytest.mark.parametrize(
    "text", ["", "garbage", "Root=1-old;Parent=x", f"{TEXT};Parent=0", "Sampled=1", "=;=;="]
)
def test_a_header_that_cannot_be_read_counts_as_none(text: str) -> None:
    """The context stays what it was, with the caller that another header named."""
    before = trace.set_span_in_context(NonRecordingSpan(W3C), Context())

    assert before == XRayPropagator().extract({NAME: text}, before)


def test_unreadable_headers_are_one_warning(caplog: pytest.LogCaptureFixture) -> None:
    """The first header that cannot be read is a warning; a sender cannot flood the log."""
    propagator = XRayPropagator()
    with caplog.at_level(logging.WARNING):
        for _ in range(3):
            propagator.extract({NAME: "Root=1-old"})

    (record,) = caplog.records
    assert "1-old" in record.getMessage()


class Broken(DefaultGetter):
    """A getter that fails."""

    def get(self, carrier: Any, key: str) -> list[str] | None:
        """Fail."""
        raise LookupError(key)

    def set(self, carrier: Any, key: str, value: str) -> None:
        """Fail."""
        raise LookupError(key)


def test_a_carrier_that_fails_is_no_failure(caplog: pytest.LogCaptureFixture) -> None:
    """What a getter or setter raises goes no further, and is one warning."""
    propagator = XRayPropagator()
    with caplog.at_level(logging.WARNING):
        context = propagator.extract({}, getter=Broken())
        propagator.inject(
            {},
            trace.set_span_in_context(NonRecordingSpan(W3C), context),
            setter=Broken(),  # type: ignore[arg-type]  # it has what a setter has
        )

    assert context == Context()
    assert 1 == len(caplog.records)


hexadecimal = st.integers(min_value=1, max_value=(1 << 64) - 1)


@given(root=st.integers(1, (1 << 128) - 1), parent_id=hexadecimal, sampled=st.booleans())
def test_it_agrees_with_the_official_one_on_what_that_reads(
    root: int, parent_id: int, sampled: bool
) -> None:
    """For every complete header both extract the same caller, and inject the same header."""
    text = f"Root={to_xray(root)};Parent={to_hex(parent_id)};Sampled={int(sampled)}"
    official = AwsXRayPropagator().extract({NAME: text})
    ours = XRayPropagator().extract({NAME: text})
    carriers: tuple[dict[str, str], dict[str, str]] = ({}, {})
    AwsXRayPropagator().inject(carriers[0], official)
    XRayPropagator().inject(carriers[1], ours)

    assert parent(official) == parent(ours)
    assert {NAME: text} == carriers[0] == carriers[1]


fields = st.tuples(
    st.sampled_from(["Root", "root", "Parent", "Sampled", "Lineage", "Self", "", "x"]),
    st.sampled_from(["=", " = ", "", "=="]),
    st.sampled_from([to_xray(ROOT), to_hex(PARENT), "1", "0", "?", "", "a=b", "ü"]) | st.text(),
).map("".join)
texts = st.text() | st.lists(fields).map(";".join)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=texts, value=st.sampled_from(["text", "bytes", "list"]))
def test_no_text_makes_it_raise(text: str, value: str, started: Started) -> None:
    """Any text is read or ignored; what is injected after it can be sent, and names the span."""
    propagator = XRayPropagator()
    shapes: dict[str, Any] = {"text": text, "bytes": text.encode(), "list": [text]}
    context = propagator.extract({NAME: shapes[value]}, Context())
    span = started.tracer.start_span("server", context=context)
    carrier: dict[str, str] = {}
    propagator.inject(carrier, trace.set_span_in_context(span, context))

    assert carrier[NAME].isascii()
    assert carrier[NAME].isprintable()
    assert ids(span.get_span_context()) == ids(parent(propagator.extract(carrier)))


# --- a trace without a parent -------------------------------------------------------------------


@pytest.mark.parametrize("text", [TEXT, f"{TEXT};Sampled=0", f"Self=1-1-1;{TEXT};Lineage=1:2:3"])
def test_root_alone_is_the_trace_of_the_next_span(text: str, started: Started) -> None:
    """The span has no parent and is in that trace, given the context or started inside it."""
    context = XRayPropagator().extract({NAME: text})
    given_it = started.span(context)
    token = otel_context.attach(context)
    inside = started.span(None)
    otel_context.detach(token)

    for span in (given_it, inside):
        assert span.parent is None
        assert span.context is not None
        assert ROOT == span.context.trace_id
    assert ROOT != started.span(None).get_span_context().trace_id  # type: ignore[union-attr]


def test_root_alone_leaves_the_decision_to_the_sampler() -> None:
    """A sampler is asked as for any root, about the trace id that was received."""
    off = Started(ParentBased(ALWAYS_OFF))
    context = XRayPropagator().extract({NAME: f"{TEXT};Sampled=1"})
    span = off.tracer.start_span("server", context=context).get_span_context()

    assert (ROOT, False) == (span.trace_id, span.trace_flags.sampled)
    off.provider.shutdown()


def test_a_root_that_was_asked_for_elsewhere_is_a_new_trace(started: Started) -> None:
    """Inside of the received trace an empty context still means a trace of its own."""
    token = otel_context.attach(XRayPropagator().extract({NAME: TEXT}))
    span = started.span(Context())
    otel_context.detach(token)

    assert span.context is not None
    assert ROOT != span.context.trace_id


def test_root_alone_takes_the_place_of_a_former_parent(started: Started) -> None:
    """A header is read into any context; what was current there is the parent no more."""
    with started.tracer.start_as_current_span("outer"):
        context = XRayPropagator().extract({NAME: TEXT}, otel_context.get_current())
    span = started.span(context)

    assert span.parent is None
    assert span.context is not None
    assert ROOT == span.context.trace_id
    assert () == tuple(span.links)


def test_a_request_inside_a_request_has_its_own_caller(started: Started) -> None:
    """A carrier without a header is no part of the trace that an outer one named."""
    outer = XRayPropagator().extract({NAME: f"{TEXT};Note=1"})
    context = XRayPropagator().extract({}, outer)
    span = started.span(context)

    assert span.context is not None
    assert ROOT != span.context.trace_id
    found = received.of(context)
    assert found is not None
    assert found.header.endswith("Note=1")


# --- two headers --------------------------------------------------------------------------------


def composite(*names: str) -> CompositePropagator:
    """Return OpenTelemetry's combination of propagators."""
    made: dict[str, TextMapPropagator] = {
        "otel_xray": XRayPropagator(),
        "tracecontext": TraceContextTextMapPropagator(),
        "baggage": W3CBaggagePropagator(),
    }
    return CompositePropagator([made[name] for name in names])


@pytest.mark.parametrize(
    ("names", "winner", "loser"),
    [
        (("tracecontext", "baggage", "otel_xray"), (ROOT, PARENT), ids(W3C)),
        (("otel_xray", "tracecontext", "baggage"), ids(W3C), (ROOT, PARENT)),
    ],
)
def test_the_last_propagator_names_the_parent_and_the_other_caller_is_a_link(
    names: tuple[str, ...], winner: tuple[int, int], loser: tuple[int, int], started: Started
) -> None:
    """Whatever the order, nothing is lost: the caller that is not the parent is linked."""
    carrier = {NAME: COMPLETE, "traceparent": TRACEPARENT, "baggage": "tenant=7"}
    context = composite(*names).extract(carrier)
    span = started.span(context)

    assert winner == ids(span.parent)
    (link,) = span.links
    assert loser == ids(link.context)
    assert {keys.LINK_KIND: keys.LOST_PARENT} == dict(link.attributes or {})
    carried: dict[str, str] = {}
    W3CBaggagePropagator().inject(carried, context)
    assert {"baggage": "tenant=7"} == carried


def test_root_alone_after_w3c_is_a_root_that_is_linked(started: Started) -> None:
    """Where X-Ray's header wins, one that names no segment wins too."""
    carrier = {NAME: TEXT, "traceparent": TRACEPARENT}
    span = started.span(composite("tracecontext", "otel_xray").extract(carrier))

    assert span.parent is None
    assert span.context is not None
    assert ROOT == span.context.trace_id
    assert [ids(W3C)] == [ids(link.context) for link in span.links]


def test_root_alone_before_w3c_is_not_used(started: Started) -> None:
    """A trace id without a span cannot be linked to."""
    carrier = {NAME: TEXT, "traceparent": TRACEPARENT}
    span = started.span(composite("otel_xray", "tracecontext").extract(carrier))

    assert ids(W3C) == ids(span.parent)
    assert () == tuple(span.links)


@pytest.mark.parametrize("name", ["otel_xray", "tracecontext"])
def test_a_header_alone_names_the_parent_in_any_order(name: str, started: Started) -> None:
    """One header is the parent wherever its propagator stands, and there is no link."""
    headers = {"otel_xray": {NAME: COMPLETE}, "tracecontext": {"traceparent": TRACEPARENT}}
    for names in (("tracecontext", "otel_xray"), ("otel_xray", "tracecontext")):
        span = started.span(composite(*names).extract(headers[name]))

        assert ((ROOT, PARENT) if name == "otel_xray" else ids(W3C)) == ids(span.parent)
        assert () == tuple(span.links)


def test_two_headers_of_one_caller_are_one_parent(started: Started) -> None:
    """Senders that write both headers name one span in both: there is nothing to link."""
    carrier = {NAME: COMPLETE, "traceparent": f"00-{ROOT:032x}-{PARENT:016x}-01"}
    span = started.span(composite("tracecontext", "otel_xray").extract(carrier))

    assert (ROOT, PARENT) == ids(span.parent)
    assert () == tuple(span.links)


def test_only_the_outermost_span_is_linked(started: Started) -> None:
    """Spans inside of it, and roots that belong to no received trace, get no link."""
    carrier = {NAME: COMPLETE, "traceparent": TRACEPARENT}
    token = otel_context.attach(composite("tracecontext", "otel_xray").extract(carrier))
    with started.tracer.start_as_current_span("server"):
        inner = started.span(None)
    root = started.span(trace.set_span_in_context(trace.INVALID_SPAN))
    otel_context.detach(token)

    assert () == tuple(inner.links) == tuple(root.links)


# --- writing ------------------------------------------------------------------------------------


def within(span: Span | SpanContext, context: Context) -> Context:
    """Return *context* with *span* as the current one."""
    current = NonRecordingSpan(span) if isinstance(span, SpanContext) else span
    return trace.set_span_in_context(current, context)


def test_fields_that_name_no_caller_travel_on(started: Started) -> None:
    """Lineage, Self and unknown fields reach the next service byte for byte."""
    propagator = XRayPropagator()
    context = propagator.extract({NAME: f"Self=1-2-3;{COMPLETE};Lineage=25:a87bd80c:1;New= x"})
    span = started.tracer.start_span("server", context=context)
    carrier: dict[str, str] = {}
    propagator.inject(carrier, within(span, context))

    own = span.get_span_context()
    assert carrier[NAME] == (
        f"{TEXT};Parent={to_hex(own.span_id)};Sampled=1;Self=1-2-3;Lineage=25:a87bd80c:1;New= x"
    )


def test_in_lambda_the_fields_are_those_of_the_invocation(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Lambda counts loops by its own header, so that one's fields travel on."""
    monkeypatch.setenv("_X_AMZN_TRACE_ID", f"{COMPLETE};Lineage=1:2:3")
    propagator = XRayPropagator()
    context = propagator.extract({NAME: f"{COMPLETE};Lineage=9:9:9"})
    carrier: dict[str, str] = {}
    propagator.inject(carrier, context)

    assert carrier[NAME] == f"{COMPLETE};Lineage=1:2:3"


def test_a_header_that_is_there_is_replaced_under_its_own_name() -> None:
    """There is never a second header in another spelling, and its other fields are kept."""
    carrier: dict[str, Any] = {"x-amzn-trace-id": b"Root=old;Note=1"}
    XRayPropagator().inject(carrier, within(W3C, Context()))

    assert {"x-amzn-trace-id": f"Root={to_xray(0x10)};Parent={to_hex(0x20)};Sampled=1;Note=1"} == (
        carrier
    )


class Appending(DefaultSetter):
    """A setter of a carrier that is no mapping."""

    def set(self, carrier: Any, key: str, value: Any) -> None:
        """Append."""
        carrier.append((key, value))


def test_a_carrier_may_be_anything_that_its_setter_knows() -> None:
    """A list of headers is written to through its setter alone."""
    carrier: Any = []
    XRayPropagator().inject(carrier, within(W3C, Context()), setter=Appending())

    assert [(NAME, f"Root={to_xray(0x10)};Parent={to_hex(0x20)};Sampled=1")] == carrier


def test_without_a_span_nothing_is_written() -> None:
    """Outside of any span there is no header, whatever was received."""
    carrier: dict[str, str] = {}
    XRayPropagator().inject(carrier, XRayPropagator().extract({NAME: f"{TEXT};Lineage=1"}))

    assert {} == carrier


# --- Lambda's own header ------------------------------------------------------------------------


def test_in_lambda_its_own_header_stands_in(
    monkeypatch: pytest.MonkeyPatch, started: Started
) -> None:
    """Without a header in the carrier the invocation's counts, but not inside of a span."""
    monkeypatch.setenv("_X_AMZN_TRACE_ID", COMPLETE)
    propagator = XRayLambdaPropagator()
    other = "Root=1-00000001-000000000000000000000001;Parent=0000000000000001"

    assert (ROOT, PARENT) == ids(parent(propagator.extract({})))
    assert (ROOT, PARENT) != ids(parent(propagator.extract({NAME: other})))
    with started.tracer.start_as_current_span("handler"):
        assert not parent(propagator.extract({})).is_valid
    monkeypatch.delenv("_X_AMZN_TRACE_ID")
    assert not parent(propagator.extract({})).is_valid
