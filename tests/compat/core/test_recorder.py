"""The recorder of the alias: every call, with a segment, without one, and disabled."""

import asyncio
import functools
import inspect
import logging
from collections.abc import AsyncIterator, Iterator
from importlib import import_module
from typing import Any

import pytest

from otel_xray.testing import Recording

CALLS: tuple[tuple[str, tuple[Any, ...]], ...] = (
    ("current_segment", ()),
    ("current_subsegment", ()),
    ("get_trace_entity", ()),
    ("begin_subsegment", ("x",)),
    ("begin_subsegment_without_sampling", ("x",)),
    ("end_subsegment", ()),
    ("end_segment", ()),
    ("put_annotation", ("a", 1)),
    ("put_metadata", ("a", 1)),
    ("is_sampled", ()),
    ("stream_subsegments", ()),
)


@pytest.fixture
def recorder(recorded: Recording) -> Any:
    """Return the recorder, which records every segment."""
    found = import_module("aws_xray_sdk.core").xray_recorder
    found.configure(sampling=False, service="shop")
    return found


@pytest.fixture
def disabled(recorder: Any) -> Iterator[Any]:
    """Return the recorder of a disabled SDK."""
    config = import_module("aws_xray_sdk").global_sdk_config
    config.set_sdk_enabled(False)
    yield recorder
    config.set_sdk_enabled(True)


def exceptions() -> Any:
    """Return the module of the exceptions."""
    return import_module("aws_xray_sdk.core.exceptions.exceptions")


def documents(recorded: Recording) -> dict[str, Any]:
    """Return the documents by name."""
    return {str(one.get("name")): one for one in recorded.documents()}


# --- segments ---------------------------------------------------------------------------------


def test_a_segment_is_described(recorder: Any, recorded: Recording) -> None:
    """It says which SDK and which runtime made it, and by which rule it is sampled."""
    segment = recorder.begin_segment(sampling="the rule")
    recorder.end_segment()

    document = documents(recorded)["shop"]
    assert segment.id == document["id"]
    assert segment.trace_id == document["trace_id"]
    assert {
        "sdk": "X-Ray for Python",
        "sdk_version": "2.15.0",
        "sampling_rule_name": "the rule",
    } == document["aws"]["xray"]
    assert {"runtime", "runtime_version"} == set(document["service"])


def test_a_segment_continues_the_callers_trace(recorder: Any, recorded: Recording) -> None:
    """It has the trace id and the parent that it was given."""
    trace_id, parent = "1-5759e988-bd862e3fe1be46a994272793", "53995c3f42cd8ad8"
    recorder.begin_segment("a", traceid=trace_id, parent_id=parent)
    recorder.end_segment()
    recorder.begin_segment("b", traceid=trace_id)
    recorder.end_segment()

    found = documents(recorded)
    assert (trace_id, parent) == (found["a"]["trace_id"], found["a"]["parent_id"])
    assert trace_id == found["b"]["trace_id"]
    assert "parent_id" not in found["b"]


def test_ids_that_are_none_do_not_stop_the_recording(recorder: Any, recorded: Recording) -> None:
    """The span gets ids of its own; the entity keeps what it was given."""
    segment = recorder.begin_segment("a", traceid="no id", parent_id="none")
    recorder.end_segment()

    assert "no id" == segment.trace_id
    assert documents(recorded)["a"]["trace_id"].startswith("1-")


def test_a_name_is_needed(recorder: Any) -> None:
    """Without one, and without a service, the call says so."""
    recorder.service = None
    with pytest.raises(exceptions().SegmentNameMissingException, match="name is required"):
        recorder.begin_segment()


def test_a_second_segment_replaces_the_first(recorder: Any, recorded: Recording) -> None:
    """The first is forgotten, as the X-Ray SDK does; what follows is in the second."""
    recorder.begin_segment("first")
    second = recorder.begin_segment("second")
    with recorder.in_subsegment("inside"):
        pass
    recorder.end_segment()

    assert {"second", "inside"} == set(documents(recorded))
    assert second.id == documents(recorded)["inside"]["parent_id"]
    assert recorder.context.get_trace_entity() is None


@pytest.mark.parametrize("sampling", [0, False])
def test_an_unsampled_segment_is_not_recorded(
    recorder: Any, recorded: Recording, sampling: Any
) -> None:
    """Nor is anything in it; the ids are real, and the caller's trace goes on."""
    trace_id = "1-5759e988-bd862e3fe1be46a994272793"
    segment = recorder.begin_segment("a", traceid=trace_id, sampling=sampling)
    with recorder.in_subsegment("b") as inside:
        inside.put_annotation("a", 1)
        recorder.put_metadata("a", 1)
        assert not recorder.is_sampled()
    recorder.end_segment()

    assert ("DummySegment", "DummySubsegment") == (type(segment).__name__, type(inside).__name__)
    assert trace_id == segment.trace_id == inside.trace_id
    assert "0" * 16 not in (segment.id, inside.id)
    assert inside.serialize() is None
    assert [] == recorded.spans


def test_zero_ids_come_back_by_a_variable(recorder: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """AWS_XRAY_NOOP_ID=true gives what is not sampled the ids that the X-Ray SDK gave it."""
    monkeypatch.setenv("AWS_XRAY_NOOP_ID", "true")
    segment = recorder.begin_segment("a", traceid="1-5759e988-bd862e3fe1be46a994272793", sampling=0)
    recorder.end_segment()

    assert ("1-00000000-000000000000000000000000", "0" * 16) == (segment.trace_id, segment.id)


def test_the_sampler_is_asked(recorder: Any) -> None:
    """With the name of the segment, unless sampling is off or decided."""
    asked: list[Any] = []

    class Sampler:
        def should_trace(self, request: Any = None) -> bool:
            asked.append(request)
            return False

    recorder.configure(sampling=True, sampler=Sampler())
    kinds = [
        type(recorder.begin_segment("a", sampling=decided)).__name__ for decided in (None, 1, 0)
    ]
    recorder.clear_trace_entities()

    assert [{"service": "a"}] == asked
    assert ["DummySegment", "Segment", "DummySegment"] == kinds


# --- ending -----------------------------------------------------------------------------------


def test_a_segment_may_end_before_its_subsegments(recorder: Any, recorded: Recording) -> None:
    """Each is recorded when it ends; the emitter gets the whole when the last has ended."""
    sent: list[Any] = []

    class Emitter:
        def send_entity(self, entity: Any) -> None:
            sent.append(entity.to_dict())

    recorder.configure(emitter=Emitter())
    recorder.begin_segment("a")
    recorder.begin_subsegment("b")
    recorder.end_segment()
    assert [] == sent
    assert ["a"] == [span.name for span in recorded.spans]
    recorder.end_subsegment()

    assert ["b"] == [one["name"] for one in sent[0]["subsegments"]]
    assert ["a", "b"] == [span.name for span in recorded.spans]


def test_times_are_as_given(recorder: Any, recorded: Recording) -> None:
    """An end is given to the call, a start is set on the entity."""
    segment = recorder.begin_segment("a")
    subsegment = recorder.begin_subsegment("b")
    subsegment.start_time = segment.start_time = 1480000000.25
    recorder.end_subsegment(1480000001.5)
    recorder.end_segment(1480000002.0)

    found = documents(recorded)
    assert (1480000000.25, 1480000001.5) == (found["b"]["start_time"], found["b"]["end_time"])
    assert (1480000000.25, 1480000002.0) == (found["a"]["start_time"], found["a"]["end_time"])


def test_an_entity_may_be_renamed(recorder: Any, recorded: Recording) -> None:
    """The name at the end counts, as templates and databases use it."""
    with recorder.in_segment("a"), recorder.in_subsegment("b") as subsegment:
        subsegment.name = "template"

    assert {"a", "template"} == set(documents(recorded))


def test_what_is_put_on_an_entity_by_hand_is_in_its_document(
    recorder: Any, recorded: Recording
) -> None:
    """Blocks may be filled directly, and attributes that nobody knows are members."""
    with recorder.in_segment("a") as segment, recorder.in_subsegment("b") as subsegment:
        segment.http["request"] = {"url": "/x"}
        segment.odd = {"a": [1]}
        segment.set_user("u")
        subsegment.namespace = "remote"
        subsegment.sql = {"url": "db"}

    found = documents(recorded)
    assert {"request": {"url": "/x"}} == found["a"]["http"]
    assert ({"a": [1]}, "u") == (found["a"]["odd"], found["a"]["user"])
    assert ({"url": "db"}, "remote") == (found["b"]["sql"], found["b"]["namespace"])


# --- without a segment ------------------------------------------------------------------------


@pytest.mark.parametrize("strategy", ["LOG_ERROR", "IGNORE_ERROR"])
@pytest.mark.parametrize(("call", "arguments"), CALLS, ids=str)
def test_a_missing_segment_stops_nobody(
    recorder: Any, strategy: str, call: str, arguments: Any, caplog: pytest.LogCaptureFixture
) -> None:
    """Calls return None or False; LOG_ERROR is an error in the log, IGNORE_ERROR is none."""
    recorder.configure(context_missing=strategy)

    assert not getattr(recorder, call)(*arguments)

    errors = [one for one in caplog.records if one.levelno == logging.ERROR]
    assert bool(errors) is (strategy == "LOG_ERROR")


@pytest.mark.parametrize(("call", "arguments"), CALLS, ids=str)
def test_a_missing_segment_may_be_an_error(recorder: Any, call: str, arguments: Any) -> None:
    """RUNTIME_ERROR raises from every call."""
    recorder.configure(context_missing="RUNTIME_ERROR")

    with pytest.raises(exceptions().SegmentNotFoundException, match="cannot find the current"):
        getattr(recorder, call)(*arguments)


def test_captured_functions_run_without_a_segment(recorder: Any) -> None:
    """Tracing is not the application's work."""
    recorder.configure(context_missing="IGNORE_ERROR")

    @recorder.capture()  # type: ignore[untyped-decorator]  # the alias's, by its name
    def add(one: int, other: int) -> int:
        return one + other

    assert 3 == add(1, other=2)
    with recorder.in_subsegment("a") as subsegment:
        assert subsegment is None


@pytest.mark.parametrize(("call", "arguments"), CALLS, ids=str)
def test_a_disabled_sdk_records_nothing(
    disabled: Any, recorded: Recording, call: str, arguments: Any
) -> None:
    """Every call is accepted; entities that it hands out take everything."""
    with disabled.in_segment("a") as segment, disabled.in_subsegment("b") as subsegment:
        found = getattr(disabled, call)(*arguments)
        subsegment.put_annotation("a", 1)

    assert "DummySegment" == type(segment).__name__
    assert found is None or found is False or not found.sampled
    assert [] == recorded.spans


# --- blocks and decorators --------------------------------------------------------------------


def test_an_exception_is_recorded_once(recorder: Any, recorded: Recording) -> None:
    """The innermost entity has it in full, those around it refer to it; it goes on."""
    with (
        pytest.raises(ValueError, match="Recorder"),
        recorder.in_segment("a"),
        recorder.in_subsegment("b"),
    ):
        raise ValueError(recorder)

    found = documents(recorded)
    (thrown,) = found["b"]["cause"]["exceptions"]
    assert ("ValueError", thrown["id"]) == (
        thrown["type"],
        found["a"]["cause"],
    )
    assert thrown["stack"][0]["path"] == "test_recorder.py"
    assert (True, True) == (found["a"]["fault"], found["b"]["fault"])


async def listed(items: AsyncIterator[int]) -> list[int]:
    """Return all *items*."""
    return [item async for item in items]


def test_functions_of_every_kind_are_captured(recorder: Any, recorded: Recording) -> None:
    """Methods, static and class methods, generators and coroutines stay what they are."""

    class Shop:
        @recorder.capture("method")  # type: ignore[untyped-decorator]  # the alias's, by its name
        def method(self) -> str:
            return "method"

        @recorder.capture("static")  # type: ignore[untyped-decorator]
        @staticmethod
        def static() -> str:
            return "static"

        @recorder.capture("class")  # type: ignore[untyped-decorator]
        @classmethod
        def cls(cls) -> str:
            return cls.__name__

        @recorder.capture("generator")  # type: ignore[untyped-decorator]
        def generator(self) -> Iterator[int]:
            yield from (1, 2)

        @recorder.capture("coroutine")  # type: ignore[untyped-decorator]
        async def coroutine(self) -> str:
            await asyncio.sleep(0.01)
            return "coroutine"

        @recorder.capture("asynchronous generator")  # type: ignore[untyped-decorator]
        async def numbers(self) -> AsyncIterator[int]:
            yield 3

        @recorder.capture_async()  # type: ignore[untyped-decorator]
        async def named(self) -> str:
            return "named"

    shop = Shop()
    with recorder.in_segment("a"):
        assert ("method", "static", "Shop") == (shop.method(), Shop.static(), shop.cls())
        assert [1, 2] == list(shop.generator())
        assert "coroutine" == asyncio.run(shop.coroutine())
        assert "named" == asyncio.run(shop.named())
        assert [3] == asyncio.run(listed(shop.numbers()))

    found = documents(recorded)
    assert {
        *("a", "method", "static", "class", "generator", "coroutine", "named"),
        "asynchronous generator",
    } == set(found)
    assert found["coroutine"]["end_time"] - found["coroutine"]["start_time"] >= 0.01
    assert inspect.iscoroutinefunction(shop.coroutine)
    assert "method" == Shop.method.__name__ == Shop.method.__wrapped__.__name__


def test_asynchronous_blocks(recorder: Any, recorded: Recording) -> None:
    """They record as the others do, exceptions included."""

    async def work() -> None:
        async with recorder.in_segment_async("a"), recorder.in_subsegment_async("b"):
            raise KeyError

    with pytest.raises(KeyError):
        asyncio.run(work())

    assert "KeyError" == documents(recorded)["b"]["cause"]["exceptions"][0]["type"]


def test_patches_record_through_a_meta_processor(recorder: Any, recorded: Recording) -> None:
    """It gets the call and its outcome by keyword, before the subsegment ends."""
    seen: list[dict[str, Any]] = []

    def meta_processor(**told: Any) -> None:
        told["subsegment"].put_annotation("seen", len(seen))
        seen.append(told)

    def call(value: int) -> float:
        return 1 / value

    record = functools.partial(
        recorder.record_subsegment,
        call,
        "instance",
        name="b",
        namespace="remote",
        meta_processor=meta_processor,
    )
    with recorder.in_segment("a"):
        assert 0.5 == record(args=(2,), kwargs={})
        with pytest.raises(ZeroDivisionError):
            record(args=(0,), kwargs={})

    assert [0.5, None] == [told["return_value"] for told in seen]
    assert [False, True] == [told["exception"] is not None for told in seen]
    assert seen[1]["stack"]
    assert {
        *("wrapped", "instance", "args", "kwargs", "return_value"),
        *("exception", "subsegment", "stack"),
    } == set(seen[0])


def test_a_patch_for_coroutines(recorder: Any, recorded: Recording) -> None:
    """The coroutine is awaited inside the subsegment; without a processor errors are recorded."""

    async def fail() -> None:
        raise OSError(recorder)

    async def work() -> None:
        await recorder.record_subsegment_async(fail, None, (), {}, "b", "remote", None)

    with pytest.raises(OSError, match="Recorder"), recorder.in_segment("a"):
        asyncio.run(work())

    assert "OSError" == documents(recorded)["b"]["cause"]["exceptions"][0]["type"]


# --- large segments ---------------------------------------------------------------------------


@pytest.mark.parametrize(("threshold", "kept"), [(0, 0), (2, 2), (30, 5)])
def test_complete_subtrees_leave_a_large_segment(
    recorder: Any, recorded: Recording, threshold: int, kept: int
) -> None:
    """Beyond the threshold the emitter gets them apart, and the tree no longer has them."""
    sent: list[str] = []

    class Emitter:
        def send_entity(self, entity: Any) -> None:
            sent.append(entity.name)

    recorder.configure(emitter=Emitter(), streaming_threshold=threshold)
    with recorder.in_segment("a") as segment:
        for number in range(5):
            with recorder.in_subsegment(f"b{number}"):
                pass
        assert kept >= len(segment.subsegments)

    assert "a" == sent[-1]
    assert 6 == len(recorded.spans)


def test_properties_are_kept(recorder: Any) -> None:
    """What is configured can be read back."""
    recorder.configure(max_trace_back=3, stream_sql=False, streaming_threshold=7, service="x")
    recorder.dynamic_naming = "*.example.com"
    recorder.enabled = True

    assert (3, False, 7, "x") == (
        recorder.max_trace_back,
        recorder.stream_sql,
        recorder.streaming_threshold,
        recorder.service,
    )
    assert "x" == recorder.dynamic_naming.get_name("other.com")
    assert recorder.enabled is True
    recorder.configure(max_trace_back=-1, sampling_rules={})
    assert (3, True) == (recorder.max_trace_back, recorder.stream_sql)


def test_plugins_describe_where_it_runs(recorder: Any, recorded: Recording) -> None:
    """ECS gives the container's name; an empty choice takes it back."""
    recorder.configure(plugins=("ECSPlugin",))
    with recorder.in_segment("a"):
        pass
    recorder.configure(plugins=())
    with recorder.in_segment("b"):
        pass

    found = documents(recorded)
    assert "AWS::ECS::Container" == found["a"]["origin"]
    assert found["a"]["aws"]["ecs"]["container"]
    assert "origin" not in found["b"]


def test_a_subsegment_that_has_ended_is_recorded(recorder: Any, recorded: Recording) -> None:
    """Taking it out of the tree afterwards changes what X-Ray code reads, not what was done."""
    with recorder.in_segment("a") as segment:
        with recorder.in_subsegment("b") as subsegment:
            pass
        segment.remove_subsegment(subsegment)
        assert [] == segment.subsegments

    assert {"a", "b"} == set(documents(recorded))


def test_ids_may_be_assigned(recorder: Any, recorded: Recording) -> None:
    """X-Ray code may give an open entity other ids; what begins in it then follows."""
    trace_id, parent, own = "1-5759e988-bd862e3fe1be46a994272793", "53995c3f42cd8ad8", "1" * 16
    with recorder.in_segment("a") as segment:
        segment.trace_id, segment.parent_id, segment.id = trace_id, parent, own
        with recorder.in_subsegment("b"):
            pass
        segment.parent_id = "no id"

    found = documents(recorded)
    assert (trace_id, own) == (found["a"]["trace_id"], found["a"]["id"])
    assert (trace_id, own) == (found["b"]["trace_id"], found["b"]["parent_id"])
    assert parent == found["a"]["parent_id"]
