from __future__ import annotations

import json
import logging
import threading

import pytest
from opentelemetry import trace
from opentelemetry.trace import SpanKind, StatusCode

from otel_xray import xray_recorder
from otel_xray.api.recorder import XRayRecorder
from otel_xray.errors import ContextMissing
from otel_xray.setting_values import ContextMissingStrategy
from otel_xray.testing import Recording

TRACE_ID = "1-5759e988-bd862e3fe1be46a994272793"
PARENT_ID = "53995c3f42cd8ad8"


def test_a_segment_is_a_root_span_of_its_service(recorded: Recording) -> None:
    """begin_segment and end_segment record one SERVER span that carries the name."""
    segment = xray_recorder.begin_segment("shop")
    xray_recorder.end_segment()

    span = recorded.span("shop")
    assert SpanKind.SERVER is span.kind
    assert span.parent is None
    assert {"aws.local.service": "shop"} == dict(span.attributes or {})
    assert span.context is not None
    assert segment.id == f"{span.context.span_id:016x}"
    assert segment.trace_id.replace("-", "")[1:] == f"{span.context.trace_id:032x}"


def test_the_first_digits_of_a_new_trace_are_the_time(recorded: Recording) -> None:
    """A trace id begins with the seconds at which its segment began, as X-Ray asks."""
    with xray_recorder.in_segment("shop"):
        pass

    span = recorded.span("shop")
    assert span.context is not None
    assert span.start_time is not None
    assert abs((span.context.trace_id >> 96) - span.start_time // 1_000_000_000) <= 1


def test_a_segment_continues_the_trace_of_its_caller(recorded: Recording) -> None:
    """With trace id and parent id the segment hangs under the caller's."""
    xray_recorder.begin_segment("shop", traceid=TRACE_ID, parent_id=PARENT_ID)
    xray_recorder.end_segment()

    (document,) = recorded.documents()
    assert (TRACE_ID, PARENT_ID) == (document["trace_id"], document["parent_id"])


def test_a_trace_without_a_parent_keeps_its_id(recorded: Recording) -> None:
    """A trace id alone makes the segment a root of that trace, not of a new one."""
    with xray_recorder.in_segment("shop", traceid=TRACE_ID):
        pass

    (document,) = recorded.documents()
    assert TRACE_ID == document["trace_id"]
    assert "parent_id" not in document


def test_an_unusable_trace_id_begins_a_new_trace(
    recorded: Recording, caplog: pytest.LogCaptureFixture
) -> None:
    """A malformed id is a warning that quotes it, not a lost segment."""
    with xray_recorder.in_segment("shop", traceid="1-2-3"):
        pass

    assert "'1-2-3'" in caplog.text
    assert "shop" == recorded.spans[0].name


@pytest.mark.parametrize("sampling", [False, 0])
def test_an_unsampled_segment_records_nothing_and_has_real_ids(
    recorded: Recording, sampling: bool | int
) -> None:
    """The caller's decision holds for everything inside, and the trace id can be passed on."""
    with xray_recorder.in_segment("shop", traceid=TRACE_ID, sampling=sampling) as segment:
        with xray_recorder.in_subsegment("pay") as subsegment:
            xray_recorder.put_annotation("orderId", "42")
        assert not xray_recorder.is_sampled()

    assert [] == recorded.spans
    assert TRACE_ID == segment.trace_id == subsegment.trace_id
    assert "0" * 16 != segment.id


def test_subsegments_nest(recorded: Recording) -> None:
    """Each subsegment is a child of what was current when it began."""
    with xray_recorder.in_segment("shop"):
        xray_recorder.begin_subsegment("outer")
        xray_recorder.begin_subsegment("inner", namespace="remote")
        xray_recorder.end_subsegment()
        xray_recorder.end_subsegment()
        with xray_recorder.in_subsegment("next"):
            pass

    parents = {doc["name"]: doc.get("parent_id") for doc in recorded.documents()}
    ids = {doc["name"]: doc["id"] for doc in recorded.documents()}
    assert {
        "inner": ids["outer"],
        "outer": ids["shop"],
        "next": ids["shop"],
        "shop": None,
    } == parents
    assert SpanKind.CLIENT is recorded.span("inner").kind
    assert SpanKind.INTERNAL is recorded.span("outer").kind


def test_annotations_and_metadata_arrive_as_xray_knows_them(recorded: Recording) -> None:
    """Annotations are listed by key; metadata stands under its namespace."""
    with xray_recorder.in_segment("shop"), xray_recorder.in_subsegment("pay"):
        xray_recorder.put_annotation("orderId", "42")
        xray_recorder.put_annotation("successfulOrder", True)
        xray_recorder.put_annotation("price", 1.5)
        xray_recorder.put_metadata("basket", {"items": [1, 2]})
        xray_recorder.put_metadata("card", "visa", "payment")

    document = recorded.documents()[0]
    assert {"orderId": "42", "successfulOrder": True, "price": 1.5} == document["annotations"]
    assert {
        "default": {"basket": {"items": [1, 2]}},
        "payment": {"card": "visa"},
    } == document["metadata"]


@pytest.mark.parametrize(
    ("key", "value"),
    [("order-id", "42"), ("", "42"), (7, "42"), ("orderId", None), ("orderId", [1])],
)
def test_what_xray_would_not_index_is_dropped_with_a_warning(
    recorded: Recording, caplog: pytest.LogCaptureFixture, key: str, value: str
) -> None:
    """Unusable keys and values cost a warning, as in the X-Ray SDK."""
    with xray_recorder.in_segment("shop"):
        xray_recorder.put_annotation(key, value)
        xray_recorder.put_metadata("key", 1, "AWS.reserved")

    assert {"aws.local.service": "shop"} == dict(recorded.span("shop").attributes or {})
    assert 2 == len(caplog.records)


def test_opentelemetry_and_xray_calls_write_one_record(recorded: Recording) -> None:
    """Annotations and metadata are merged with what the same span got by OpenTelemetry's API."""
    with xray_recorder.in_segment("shop") as segment:
        segment.span.set_attribute("aws.xray.annotations", ["tenant"])
        segment.span.set_attribute("tenant", "blue")
        segment.span.set_attribute("aws.xray.metadata.default", '{"kept":1}')
        xray_recorder.put_annotation("orderId", "42")
        xray_recorder.put_metadata("added", 2)

    (document,) = recorded.documents()
    assert {"tenant": "blue", "orderId": "42"} == document["annotations"]
    assert {"kept": 1, "added": 2}.items() <= document["metadata"]["default"].items()


def test_a_span_of_opentelemetry_can_be_annotated(recorded: Recording) -> None:
    """Inside a span that OpenTelemetry's API made current, X-Ray calls go to that span."""
    tracer = trace.get_tracer("app")
    with tracer.start_as_current_span("GET /order") as span:
        xray_recorder.put_annotation("orderId", "42")
        xray_recorder.put_metadata("a", 1)
        xray_recorder.put_metadata("b", 2)
        xray_recorder.end_subsegment()
        with xray_recorder.in_subsegment("pay"):
            pass
        assert span.is_recording()

    outer, inner = recorded.span("GET /order"), recorded.span("pay")
    assert inner.parent == outer.context
    assert ("orderId",) == (outer.attributes or {})["aws.xray.annotations"]
    text = (outer.attributes or {})["aws.xray.metadata.default"]
    assert {"a": 1, "b": 2} == json.loads(str(text))


def test_opentelemetry_inside_xray_inside_opentelemetry(recorded: Recording) -> None:
    """Parents are right in a sandwich of both APIs, and everything unwinds to the outside."""
    tracer = trace.get_tracer("app")
    with tracer.start_as_current_span("a") as outermost:
        with (
            xray_recorder.in_segment("b"),
            tracer.start_as_current_span("c"),
            xray_recorder.in_subsegment("d"),
        ):
            pass
        assert trace.get_current_span() is outermost

    chain = {span.name: span.parent and span.parent.span_id for span in recorded.spans}
    ids = {span.name: span.context.span_id for span in recorded.spans if span.context}
    assert {"a": None, "b": ids["a"], "c": ids["b"], "d": ids["c"]} == chain


def test_a_segment_inside_a_segment_begins_a_new_trace(recorded: Recording) -> None:
    """Work that begins a segment of its own is another request."""
    with xray_recorder.in_segment("request"), xray_recorder.in_segment("job"):
        pass

    job, request = recorded.spans
    assert job.context is not None
    assert request.context is not None
    assert job.parent is None
    assert job.context.trace_id != request.context.trace_id


def fail(message: str) -> None:
    """Raise."""
    raise ValueError(message)


def test_an_exception_is_a_fault_recorded_once_in_full(recorded: Recording) -> None:
    """The exception goes on; the innermost entity has its stack, the outer ones a reference."""
    with (
        pytest.raises(ValueError, match="sold out"),
        xray_recorder.in_segment("shop"),
        xray_recorder.in_subsegment("pay"),
    ):
        fail("sold out")

    pay, shop = recorded.spans
    assert StatusCode.ERROR is pay.status.status_code is shop.status.status_code
    first, second = (dict(span.events[0].attributes or {}) for span in (pay, shop))
    assert "sold out" == first["exception.message"] == second["exception.message"]
    assert "Traceback" in str(first["exception.stacktrace"])
    assert "exception.stacktrace" not in second
    assert first["aws.xray.exception.id"] == second["aws.xray.exception.id"]


def test_flags_and_http_entries(recorded: Recording) -> None:
    """Status codes and flags become fault, error and throttle in the document."""
    with xray_recorder.in_segment("shop") as segment:
        segment.put_http_meta("url", "http://shop/")
        segment.put_http_meta("status", 503)
        segment.put_http_meta("colour", "red")
        segment.set_user("ann")
        with xray_recorder.in_subsegment("flagged") as flagged:
            flagged.add_throttle_flag()
        with xray_recorder.in_subsegment("wrong") as wrong:
            wrong.add_error_flag()
        with xray_recorder.in_subsegment("broken") as broken:
            broken.add_fault_flag()

    documents = {doc["name"]: doc for doc in recorded.documents()}
    assert documents["shop"]["fault"]
    assert "ann" == documents["shop"]["user"]
    assert 503 == documents["shop"]["http"]["response"]["status"]
    assert documents["flagged"]["throttle"]
    assert documents["flagged"]["error"]
    assert documents["wrong"]["error"]
    assert "fault" not in documents["wrong"]
    assert documents["broken"]["fault"]


def test_what_comes_after_the_end_is_dropped_with_a_warning(
    recorded: Recording, caplog: pytest.LogCaptureFixture
) -> None:
    """A closed entity takes nothing more, and closing it again changes nothing."""
    with xray_recorder.in_segment("shop"):
        subsegment = xray_recorder.begin_subsegment("pay")
        xray_recorder.end_subsegment(end_time=2_000_000_000.5)
    subsegment.put_annotation("late", 1)
    subsegment.put_metadata("late", 1)
    subsegment.add_exception(ValueError())
    subsegment.close()

    span = recorded.span("pay")
    assert 2_000_000_000_500_000_000 == span.end_time
    assert {} == dict(span.attributes or {})
    assert 3 == caplog.text.count("pay dropped: it has already ended")


def test_ending_a_segment_leaves_its_open_subsegment_alone(recorded: Recording) -> None:
    """end_segment ends the segment itself, also when a subsegment is current."""
    xray_recorder.begin_segment("shop")
    subsegment = xray_recorder.begin_subsegment("pay")
    xray_recorder.end_segment()
    assert xray_recorder.current_segment() is None
    subsegment.close()

    assert ["shop", "pay"] == [span.name for span in recorded.spans]


def test_a_subsegment_that_was_never_ended_is_closed_with_its_block(recorded: Recording) -> None:
    """An unpaired begin inside a block is not lost, and does not stay current."""
    with xray_recorder.in_segment("shop"):
        with xray_recorder.in_subsegment("outer"):
            xray_recorder.begin_subsegment("forgotten")
        with xray_recorder.in_subsegment("after"):
            pass

    documents = {doc["name"]: doc for doc in recorded.documents()}
    assert documents["shop"]["id"] == documents["after"]["parent_id"]
    assert documents["outer"]["id"] == documents["forgotten"]["parent_id"]


@pytest.mark.parametrize(
    ("strategy", "lines"),
    [(ContextMissingStrategy.LOG_ERROR, 5), (ContextMissingStrategy.IGNORE_ERROR, 0)],
)
def test_calls_without_a_segment_do_nothing(
    recorded: Recording,
    caplog: pytest.LogCaptureFixture,
    strategy: ContextMissingStrategy,
    lines: int,
) -> None:
    """Nothing is recorded, nothing raised, and what a block yields can be used."""
    recorder = XRayRecorder("shop", strategy)

    with caplog.at_level(logging.ERROR), recorder.in_subsegment("pay") as subsegment:
        subsegment.put_annotation("orderId", "42")
        with recorder.in_subsegment("inner"):
            pass
    recorder.put_annotation("orderId", "42")
    recorder.put_metadata("orderId", "42")
    recorder.end_segment()
    assert recorder.current_subsegment() is None

    assert [] == recorded.spans
    assert lines == len(caplog.records)


def test_a_missing_segment_is_an_error_when_that_is_asked_for(recorded: Recording) -> None:
    """RUNTIME_ERROR raises, and the message says what to do."""
    recorder = XRayRecorder("shop", ContextMissingStrategy.RUNTIME_ERROR)

    with pytest.raises(ContextMissing, match="AWS_XRAY_CONTEXT_MISSING"):
        recorder.begin_subsegment("pay")
    assert [] == recorded.spans


class TestInLambda:
    """What the invocation's tracing header decides."""

    @pytest.fixture(autouse=True)
    def _header(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.environment = monkeypatch

    def invoke_with(self, header: str) -> None:
        """Set the header of the current invocation."""
        self.environment.setenv("_X_AMZN_TRACE_ID", header)

    def test_subsegments_hang_under_the_functions_own_segment(
        self, recorded: Recording, caplog: pytest.LogCaptureFixture
    ) -> None:
        """Without a segment of ours the parent is the one that Lambda makes."""
        self.invoke_with(f"Root={TRACE_ID};Parent={PARENT_ID};Sampled=1;Lineage=25:a87bd80c:1")

        function = xray_recorder.get_trace_entity()
        xray_recorder.put_annotation("lost", "the service's own segment cannot be annotated")
        with xray_recorder.in_subsegment("Handler"):
            pass

        (document,) = recorded.documents()
        assert (TRACE_ID, PARENT_ID) == (document["trace_id"], document["parent_id"])
        assert function is not None
        assert PARENT_ID == function.id
        assert "open a subsegment" in caplog.text

    def test_a_segment_hangs_there_too(self, recorded: Recording) -> None:
        """begin_segment in Lambda is a segment of its own inside the function's."""
        self.invoke_with(f"Root={TRACE_ID};Parent={PARENT_ID};Sampled=1")

        with xray_recorder.in_segment("shop"):
            pass

        (document,) = recorded.documents()
        assert (TRACE_ID, PARENT_ID) == (document["trace_id"], document["parent_id"])

    def test_an_unsampled_invocation_records_nothing(self, recorded: Recording) -> None:
        """Sampled=0 holds for everything inside."""
        self.invoke_with(f"Root={TRACE_ID};Parent={PARENT_ID};Sampled=0")

        with xray_recorder.in_subsegment("Handler") as handler:
            assert TRACE_ID == handler.trace_id

        assert [] == recorded.spans

    @pytest.mark.parametrize("begin", ["segment", "subsegment"])
    def test_a_trace_that_is_passed_through_goes_on(self, recorded: Recording, begin: str) -> None:
        """Root without Parent, as Lambda passes it on, stays the trace id."""
        self.invoke_with(f"Root={TRACE_ID};Lineage=25:a87bd80c:1")

        with getattr(xray_recorder, f"in_{begin}")("Handler"):
            pass

        (document,) = recorded.documents()
        assert TRACE_ID == document["trace_id"]

    def test_a_trace_that_is_passed_through_unsampled_records_nothing(
        self, recorded: Recording
    ) -> None:
        """Root with Sampled=0 and no Parent is a decision too."""
        self.invoke_with(f"Root={TRACE_ID};Sampled=0")

        with xray_recorder.in_segment("Handler") as segment:
            assert TRACE_ID == segment.trace_id

        assert [] == recorded.spans

    def test_a_forgotten_subsegment_does_not_swallow_later_invocations(
        self, recorded: Recording
    ) -> None:
        """What an invocation left open is not the parent of what the next one records."""
        self.invoke_with(f"Root={TRACE_ID};Parent={PARENT_ID};Sampled=1")
        xray_recorder.begin_subsegment("forgotten")
        self.invoke_with(f"Root={TRACE_ID[:-1]}4;Parent=53995c3f42cd8ad9;Sampled=1")
        with xray_recorder.in_subsegment("next"):
            pass

        (document,) = recorded.documents()
        assert (f"{TRACE_ID[:-1]}4", "53995c3f42cd8ad9") == (
            document["trace_id"],
            document["parent_id"],
        )

    def test_the_functions_segment_is_another_one_in_each_invocation(
        self, recorded: Recording
    ) -> None:
        """Setting it back, as the article does, does not keep it for the next invocation."""
        for parent in ("53995c3f42cd8ad1", "53995c3f42cd8ad2"):
            self.invoke_with(f"Root={TRACE_ID};Parent={parent};Sampled=1")
            function = xray_recorder.get_trace_entity()
            assert function is not None
            handler = function.add_new_subsegment("Handler")
            xray_recorder.set_trace_entity(handler)
            handler.close()
            xray_recorder.set_trace_entity(function)

        assert ["53995c3f42cd8ad1", "53995c3f42cd8ad2"] == [
            document["parent_id"] for document in recorded.documents()
        ]

    def test_a_thread_may_outlive_its_invocation(self, recorded: Recording) -> None:
        """Work that goes on in a thread stays in the trace in which it began."""
        self.invoke_with(f"Root={TRACE_ID};Parent={PARENT_ID};Sampled=1")
        began, go_on = threading.Event(), threading.Event()

        def work() -> None:
            with xray_recorder.in_subsegment("background"):
                began.set()
                go_on.wait(10)
                with xray_recorder.in_subsegment("later"):
                    pass

        thread = threading.Thread(target=work)
        thread.start()
        began.wait(10)
        self.invoke_with(f"Root={TRACE_ID[:-1]}4;Parent=53995c3f42cd8ad9;Sampled=1")
        go_on.set()
        thread.join()

        later, background = recorded.documents()
        assert background["id"] == later["parent_id"]

    def test_a_malformed_header_is_a_warning(
        self, recorded: Recording, caplog: pytest.LogCaptureFixture
    ) -> None:
        """A header that cannot be read counts as none."""
        self.invoke_with("Root=nonsense")

        with xray_recorder.in_segment("shop"):
            pass

        assert "Root=nonsense" in caplog.text
        assert recorded.span("shop").parent is None
