"""Contexts: the alias's own, those of tasks, and those that applications have written."""

import asyncio
import threading
from importlib import import_module
from types import SimpleNamespace
from typing import Any

import pytest

from otel_xray.testing import Recording


@pytest.fixture
def recorder(recorded: Recording) -> Any:
    """Return the recorder, which records every segment."""
    found = import_module("aws_xray_sdk.core").xray_recorder
    found.configure(sampling=False, service="shop")
    return found


def contexts() -> Any:
    """Return the module of the contexts."""
    return import_module("aws_xray_sdk.core.context")


def parents(recorded: Recording) -> dict[str, str | None]:
    """Return the parent's name of every span, by name."""
    names = {one.context.span_id: one.name for one in recorded.spans if one.context}
    return {one.name: names[one.parent.span_id] if one.parent else None for one in recorded.spans}


def test_an_entity_made_by_hand_is_recorded(recorder: Any, recorded: Recording) -> None:
    """Put into the context, it begins; ended through it, it ends."""
    segments = import_module("aws_xray_sdk.core.models.segment")
    subsegments = import_module("aws_xray_sdk.core.models.subsegment")
    segment = segments.Segment("a")
    subsegment = subsegments.Subsegment("b", "local", segment)
    recorder.context.put_segment(segment)
    recorder.context.put_subsegment(subsegment)
    assert recorder.context.end_subsegment()
    recorder.context.end_segment()

    assert {"a": None, "b": "a"} == parents(recorded)
    assert [subsegment] == segment.subsegments


def test_a_segment_made_by_hand_and_set_is_a_parent(recorder: Any, recorded: Recording) -> None:
    """set_trace_entity takes an entity that was never begun: its ids are the parent's."""
    segments = import_module("aws_xray_sdk.core.models.segment")
    segment = segments.Segment("a")
    recorder.set_trace_entity(segment)
    with recorder.in_subsegment("b"):
        pass
    recorder.clear_trace_entities()

    (document,) = recorded.documents()
    assert (segment.id, segment.trace_id) == (document.get("parent_id"), document.get("trace_id"))


def test_none_can_be_current(recorder: Any) -> None:
    """set_trace_entity(None) silences everything, whatever the strategy."""
    recorder.configure(context_missing="RUNTIME_ERROR")
    recorder.set_trace_entity(None)

    assert recorder.get_trace_entity() is None
    recorder.put_annotation("a", 1)
    recorder.clear_trace_entities()


def test_strategies_are_known_ones(recorder: Any, caplog: pytest.LogCaptureFixture) -> None:
    """Another is a warning, and changes nothing."""
    recorder.context.context_missing = "PERHAPS"

    assert "LOG_ERROR" == recorder.context.context_missing
    assert "'PERHAPS' is no strategy" in caplog.text


def test_the_environment_beats_the_argument(alias: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """AWS_XRAY_CONTEXT_MISSING is read when a context is made."""
    monkeypatch.setenv("AWS_XRAY_CONTEXT_MISSING", "IGNORE_ERROR")

    assert "IGNORE_ERROR" == contexts().Context("RUNTIME_ERROR").context_missing


def test_a_context_with_a_storage_of_its_own(recorder: Any, recorded: Recording) -> None:
    """A class that only replaces ``_local``, as applications do, works."""

    class Mine(contexts().Context):  # type: ignore[misc]  # the alias's, by its name
        def __init__(self) -> None:
            super().__init__()
            self._local = threading.local()

    recorder.configure(context=Mine())
    with recorder.in_segment("a"), recorder.in_subsegment("b"):
        pass

    assert {"a": None, "b": "a"} == parents(recorded)


def test_a_context_of_another_kind(recorder: Any, recorded: Recording) -> None:
    """One that shares nothing with ours but the methods keeps entities as it likes."""

    class Own:
        context_missing = "LOG_ERROR"

        def __init__(self) -> None:
            self.entities: list[Any] = []

        def put_segment(self, segment: Any) -> None:
            self.entities = [segment]

        def put_subsegment(self, subsegment: Any) -> None:
            self.entities[-1].add_subsegment(subsegment)
            self.entities.append(subsegment)

        def end_segment(self, end_time: float | None = None) -> None:
            self.entities[0].close(end_time)

        def end_subsegment(self, end_time: float | None = None) -> bool:
            self.entities.pop().close(end_time)
            return True

        def get_trace_entity(self) -> Any:
            return self.entities[-1] if self.entities else None

        def clear_trace_entities(self) -> None:
            self.entities = []

    recorder.configure(context=Own())
    with recorder.in_segment("a"), recorder.in_subsegment("b"), recorder.in_subsegment("c"):
        recorder.put_annotation("k", 1)

    assert {"a": None, "b": "a", "c": "b"} == parents(recorded)


def test_threads_are_apart(recorder: Any, recorded: Recording) -> None:
    """A thread begins without an entity."""
    seen: list[Any] = []
    with recorder.in_segment("a"):
        thread = threading.Thread(target=lambda: seen.append(recorder.get_trace_entity()))
        thread.start()
        thread.join()

    assert [None] == seen


def test_entities_of_threads_come_back_by_a_variable(
    recorded: Recording, monkeypatch: pytest.MonkeyPatch
) -> None:
    """OTEL_XRAY_COMPAT_CONTEXT=thread: all tasks of a thread have the same, as in the X-Ray SDK."""
    monkeypatch.setenv("OTEL_XRAY_COMPAT_CONTEXT", "thread")
    recorder = import_module("aws_xray_sdk.core").xray_recorder
    recorder.configure(sampling=False)

    async def begin() -> None:
        recorder.begin_segment("a")

    async def everything() -> Any:
        await asyncio.create_task(begin())
        return recorder.current_segment()

    assert "a" == asyncio.run(everything()).name
    recorder.clear_trace_entities()
    assert recorder.get_trace_entity() is None


def test_the_context_of_tasks_needs_no_loop(recorder: Any, recorded: Recording) -> None:
    """It can be made anywhere, sets no task factory, and serves tasks of any kind."""
    asynchronous = import_module("aws_xray_sdk.core.async_context")
    recorder.configure(context=asynchronous.AsyncContext(use_task_factory=True))

    async def work() -> None:
        async with recorder.in_subsegment_async("b"):
            await asyncio.sleep(0)

    async def request() -> Any:
        async with recorder.in_segment_async("a"):
            await asyncio.gather(work(), asyncio.create_task(work(), name="named"))
        return asyncio.get_running_loop().get_task_factory()

    assert asyncio.run(request()) is None
    assert {"a": None, "b": "a"} == parents(recorded)
    recorder.context._local.clear()


def test_the_task_factory_can_still_be_set(alias: None) -> None:
    """Applications that set it themselves get tasks, whatever options the loop passes."""
    asynchronous = import_module("aws_xray_sdk.core.async_context")

    async def answer() -> int:
        return 42

    async def everything() -> int:
        asyncio.get_running_loop().set_task_factory(asynchronous.task_factory)
        return await asyncio.create_task(answer(), name="named")

    assert 42 == asyncio.run(everything())


def test_nothing_to_end_is_a_warning(recorder: Any, caplog: pytest.LogCaptureFixture) -> None:
    """Ending without an entity, or a subsegment without one, says so."""
    recorder.context.end_segment()
    recorder.context.end_subsegment()
    recorder.context.put_subsegment(SimpleNamespace(name="lost"))

    assert "No segment to end" in caplog.text
    assert "No subsegment to end." in caplog.text
    assert "no segment around the subsegment lost" in caplog.text
