from __future__ import annotations

import asyncio
import gc
import threading
import weakref
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context

from opentelemetry import trace

from otel_xray import xray_recorder
from otel_xray.api.entities import Entity
from otel_xray.testing import Recording


def parents(recorded: Recording) -> dict[str, str | None]:
    """Return the name of each span's parent."""
    names = {span.context.span_id: span.name for span in recorded.spans if span.context}
    return {
        span.name: names[span.parent.span_id] if span.parent else None for span in recorded.spans
    }


def test_tasks_that_run_together_do_not_nest_into_each_other(recorded: Recording) -> None:
    """Coroutines under asyncio.gather are siblings, however their steps interleave."""

    async def step(name: str, before: asyncio.Event, after: asyncio.Event) -> None:
        async with xray_recorder.in_subsegment_async(name):
            after.set()
            await before.wait()
            with xray_recorder.in_subsegment(f"{name} inside"):
                await asyncio.sleep(0)

    async def main() -> None:
        async with xray_recorder.in_segment_async("shop"):
            one, two = asyncio.Event(), asyncio.Event()
            await asyncio.gather(step("a", one, two), step("b", two, one))

    asyncio.run(main())

    assert {
        "shop": None,
        "a": "shop",
        "b": "shop",
        "a inside": "a",
        "b inside": "b",
    } == parents(recorded)


def test_a_thread_continues_what_it_is_handed(recorded: Recording) -> None:
    """set_trace_entity makes an entity current in another thread; clearing it ends that."""
    seen = []

    def work(entity: Entity) -> None:
        assert xray_recorder.get_trace_entity() is None
        xray_recorder.set_trace_entity(entity)
        with xray_recorder.in_subsegment("in thread"):
            pass
        xray_recorder.clear_trace_entities()
        seen.append(xray_recorder.get_trace_entity())
        xray_recorder.set_trace_entity(entity)
        xray_recorder.set_trace_entity(None)
        seen.append(xray_recorder.get_trace_entity())

    with xray_recorder.in_segment("shop") as segment:
        thread = threading.Thread(target=work, args=(segment,))
        thread.start()
        thread.join()

    assert [None, None] == seen
    assert {"in thread": "shop", "shop": None} == parents(recorded)


def test_an_executor_with_a_copied_context_continues_the_segment(recorded: Recording) -> None:
    """A context copied by the standard library carries the current entity."""

    def work() -> None:
        with xray_recorder.in_subsegment("in executor"):
            pass

    with xray_recorder.in_segment("shop"), ThreadPoolExecutor(1) as executor:
        executor.submit(copy_context().run, work).result()

    assert "shop" == parents(recorded)["in executor"]


def test_begin_and_end_need_not_be_paired(recorded: Recording) -> None:
    """Ending in another order than beginning leaves the right entity current."""
    with xray_recorder.in_segment("shop"):
        outer = xray_recorder.begin_subsegment("outer")
        xray_recorder.begin_subsegment("inner")
        outer.close()
        xray_recorder.end_subsegment()
        with xray_recorder.in_subsegment("after"):
            pass

    assert {"shop": None, "outer": "shop", "inner": "outer", "after": "shop"} == parents(recorded)


def test_ending_inside_a_span_of_opentelemetry_unwinds(recorded: Recording) -> None:
    """A subsegment ended inside a span that began after it is not current afterwards."""
    tracer = trace.get_tracer("app")
    with xray_recorder.in_segment("shop"):
        begun = xray_recorder.begin_subsegment("begun")
        with tracer.start_as_current_span("span"):
            begun.close()
        with xray_recorder.in_subsegment("after"):
            pass

    assert {"shop": None, "begun": "shop", "span": "begun", "after": "shop"} == parents(recorded)


def test_an_ended_entity_of_another_context_is_not_current(recorded: Recording) -> None:
    """What was closed elsewhere is skipped for the next one that is still open."""
    with xray_recorder.in_segment("shop"):
        subsegment = xray_recorder.begin_subsegment("pay")
        threading.Thread(target=subsegment.close).run()

        current = xray_recorder.get_trace_entity()

    assert current is not None
    assert "shop" == current.name


def test_a_generator_keeps_its_subsegment_to_itself(recorded: Recording) -> None:
    """Between two steps of a captured generator the caller's entity is current."""

    @xray_recorder.capture("numbers")
    def numbers() -> Generator[int, str, str]:
        got = yield 1
        with xray_recorder.in_subsegment(f"inside {got}"):
            yield 2
        return "done"

    with xray_recorder.in_segment("shop"):
        generator = numbers()
        next(generator)
        with xray_recorder.in_subsegment("between"):
            generator.send("x")
        assert "done" == exhaust(generator)

    assert {
        "shop": None,
        "numbers": "shop",
        "between": "shop",
        "inside x": "numbers",
    } == parents(recorded)


def exhaust(generator: Generator[int, str, str]) -> str | None:
    """Run *generator* to its end and return what it returned."""
    try:
        generator.send("y")
    except StopIteration as stop:
        return str(stop.value)
    return None


def test_setting_the_current_entity_again_and_again_keeps_nothing(recorded: Recording) -> None:
    """A worker that never clears holds no entity but the last."""
    kept = []
    for _ in range(3):
        with xray_recorder.in_segment("shop") as segment:
            subsegment = segment.add_new_subsegment("work")
            xray_recorder.set_trace_entity(subsegment)
            subsegment.close()
        kept.append(weakref.ref(subsegment))
        del segment, subsegment
    gc.collect()

    assert [None, None] == [reference() for reference in kept[:2]]
