"""The alias in a Lambda function."""

import logging
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from opentelemetry import trace
from opentelemetry.trace import NonRecordingSpan, SpanContext, TraceFlags

from otel_xray.testing import Recording

ROOT = "1-5759e988-bd862e3fe1be46a994272793"
OTHER = "1-5759e989-bd862e3fe1be46a994272793"
PARENT = "53995c3f42cd8ad8"

Invoke = Callable[[str], None]


@pytest.fixture
def invoke(monkeypatch: pytest.MonkeyPatch) -> Invoke:
    """Return a function that begins an invocation with a tracing header."""
    monkeypatch.setenv("LAMBDA_TASK_ROOT", "/var/task")
    monkeypatch.delenv("_X_AMZN_TRACE_ID", raising=False)

    def begin(header: str) -> None:
        monkeypatch.setenv("_X_AMZN_TRACE_ID", header)

    return begin


@pytest.fixture
def recorder(invoke: Invoke, recorded: Recording) -> Any:
    """Return a recorder that was made in a Lambda function."""
    return import_module("aws_xray_sdk.core").xray_recorder


def documents(recorded: Recording) -> dict[str, Any]:
    """Return the documents by name."""
    return {str(one.get("name")): one for one in recorded.documents()}


def test_subsegments_are_part_of_the_functions_segment(
    recorder: Any, recorded: Recording, invoke: Invoke
) -> None:
    """Lambda makes the segment; its id is the parent of what is outermost here."""
    invoke(f"Root={ROOT};Parent={PARENT};Sampled=1")
    with recorder.in_subsegment("a") as subsegment, recorder.in_subsegment("b"):
        assert (ROOT, PARENT) == (subsegment.trace_id, subsegment.parent_id)
        segment = recorder.current_segment()

    found = documents(recorded)
    assert (ROOT, PARENT) == (found["a"]["trace_id"], found["a"]["parent_id"])
    assert found["a"]["id"] == found["b"]["parent_id"]
    assert "FacadeSegment" == type(segment).__name__
    assert recorder.current_segment() is segment
    assert not trace.get_current_span().get_span_context().is_valid


def test_the_functions_segment_refuses_content(recorder: Any, invoke: Invoke) -> None:
    """It is not ours: every change of it is an error, as in the X-Ray SDK."""
    invoke(f"Root={ROOT};Parent={PARENT};Sampled=1")
    exceptions = import_module("aws_xray_sdk.core.exceptions.exceptions")
    segment = recorder.get_trace_entity()
    refused: tuple[Callable[[], Any], ...] = (
        lambda: recorder.put_annotation("a", 1),
        lambda: segment.put_metadata("a", 1),
        lambda: segment.put_http_meta("status", 200),
        lambda: segment.set_aws({}),
        lambda: segment.set_user("u"),
        lambda: segment.add_exception(ValueError(), []),
        lambda: segment.apply_status_code(500),
        segment.add_fault_flag,
        segment.add_error_flag,
        segment.add_throttle_flag,
        segment.close,
        segment.serialize,
    )
    for call in refused:
        with pytest.raises(exceptions.FacadeSegmentMutationException, match="cannot be mutated"):
            call()
    assert not segment.ready_to_send()


def test_a_handler_span_takes_what_the_functions_segment_refuses(
    recorder: Any, recorded: Recording, invoke: Invoke
) -> None:
    """Where OpenTelemetry has a span for the handler, X-Ray calls annotate that."""
    invoke(f"Root={ROOT};Parent={PARENT};Sampled=1")
    lambdas = SpanContext(
        int(ROOT[2:].replace("-", ""), 16),
        int(PARENT, 16),
        is_remote=True,
        trace_flags=TraceFlags(1),
    )
    around = trace.set_span_in_context(NonRecordingSpan(lambdas))
    with trace.get_tracer("handler").start_as_current_span("handler", around):
        recorder.put_annotation("orderId", "42")
        with recorder.in_subsegment("a"):
            pass

    found = documents(recorded)
    assert {"orderId": "42"} == found["handler"]["annotations"]
    assert found["handler"]["id"] == found["a"]["parent_id"]


def test_invocations_are_apart(recorder: Any, recorded: Recording, invoke: Invoke) -> None:
    """What an invocation leaves open is forgotten in the next."""
    invoke(f"Root={ROOT};Parent={PARENT};Sampled=1")
    recorder.begin_subsegment("left open")
    invoke(f"Root={OTHER};Parent={PARENT};Sampled=1")
    with recorder.in_subsegment("a"):
        pass

    (document,) = recorded.documents()
    assert (OTHER, PARENT) == (document.get("trace_id"), document.get("parent_id"))


def test_an_unsampled_invocation_is_not_recorded(
    recorder: Any, recorded: Recording, invoke: Invoke
) -> None:
    """Its ids are carried on all the same."""
    invoke(f"Root={ROOT};Parent={PARENT};Sampled=0")
    with recorder.in_subsegment("a") as subsegment:
        assert ROOT == subsegment.trace_id
        assert not trace.get_current_span().get_span_context().trace_flags.sampled

    assert [] == recorded.spans


def test_a_trace_that_is_passed_through_is_kept(
    recorder: Any, recorded: Recording, invoke: Invoke
) -> None:
    """A header of Root alone, or with a lineage, gives the trace; there is no parent in it."""
    invoke(f"Root={ROOT};Lineage=1:a87bd80c:0")
    with recorder.in_subsegment("a"), recorder.in_subsegment("b"):
        pass

    found = documents(recorded)
    assert (ROOT, ROOT) == (found["a"]["trace_id"], found["b"]["trace_id"])
    assert "parent_id" not in found["a"]
    assert found["a"]["id"] == found["b"]["parent_id"]


@pytest.mark.parametrize(
    ("header", "warnings"), [("", 1), (f"Root={ROOT};Sampled=0", 0), ("nonsense", 0)]
)
def test_without_a_trace_nothing_is_recorded(
    recorder: Any,
    recorded: Recording,
    invoke: Invoke,
    caplog: pytest.LogCaptureFixture,
    header: str,
    warnings: int,
) -> None:
    """Before the first invocation that is a warning; the code runs."""
    invoke(header)
    caplog.set_level(logging.WARNING, "aws_xray_sdk.core.lambda_launcher")
    with recorder.in_subsegment("a") as subsegment:
        subsegment.put_annotation("a", 1)

    assert [] == recorded.spans
    assert warnings == len([one for one in caplog.messages if "invocation has begun" in one])


def test_segments_are_lambdas_affair(
    recorder: Any, recorded: Recording, invoke: Invoke, caplog: pytest.LogCaptureFixture
) -> None:
    """Beginning and ending one is a warning; what is handed out is not recorded."""
    invoke(f"Root={ROOT};Parent={PARENT};Sampled=1")
    recorder.configure(sampling=False)
    recorder.begin_segment("a")
    recorder.end_segment()

    assert [] == recorded.spans
    assert 2 == len([one for one in caplog.messages if "Lambda" in one])


def test_a_thread_is_given_the_entity(recorder: Any, recorded: Recording, invoke: Invoke) -> None:
    """set_trace_entity takes the function's segment along."""
    invoke(f"Root={ROOT};Parent={PARENT};Sampled=1")
    with recorder.in_subsegment("a") as subsegment:
        recorder.set_trace_entity(subsegment)
        with recorder.in_subsegment("b"):
            pass
    recorder.clear_trace_entities()
    recorder.set_trace_entity(recorder.current_segment())
    with recorder.in_subsegment("c"):
        pass

    found = documents(recorded)
    assert found["a"]["id"] == found["b"]["parent_id"]
    assert PARENT == found["c"]["parent_id"]


def test_a_disabled_sdk_records_nothing(recorder: Any, recorded: Recording, invoke: Invoke) -> None:
    """Subsegments are dummies."""
    invoke(f"Root={ROOT};Parent={PARENT};Sampled=1")
    config = import_module("aws_xray_sdk").global_sdk_config
    config.set_sdk_enabled(False)
    with recorder.in_subsegment("a") as subsegment:
        assert not subsegment.sampled
        assert not recorder.get_trace_entity().sampled
    config.set_sdk_enabled(True)

    assert [] == recorded.spans


def test_there_is_no_strategy_for_a_missing_context(recorder: Any) -> None:
    """In Lambda there always is a segment; a strategy is ignored."""
    recorder.configure(context_missing="RUNTIME_ERROR")

    assert recorder.context.context_missing is None
    assert recorder.get_trace_entity() is not None
    assert recorder.context.handle_context_missing() is recorder.get_trace_entity()


def test_lambda_is_told_that_tracing_is_ready(
    alias: None, invoke: Invoke, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A file is touched where Lambda looks for it; where that fails there is a warning."""
    launcher = import_module("aws_xray_sdk.core.lambda_launcher")
    monkeypatch.setattr(launcher, "TOUCH_FILE_DIR", str(tmp_path / "xray"))
    monkeypatch.setattr(launcher, "TOUCH_FILE_PATH", str(tmp_path / "xray/initialized"))

    assert "LambdaContext" == type(launcher.check_in_lambda()).__name__
    assert (tmp_path / "xray/initialized").exists()
    monkeypatch.setattr(launcher, "TOUCH_FILE_PATH", str(tmp_path))
    assert launcher.check_in_lambda() is not None
    monkeypatch.delenv("LAMBDA_TASK_ROOT")
    assert launcher.check_in_lambda() is None
