"""X-Ray calls and OpenTelemetry's API in one trace, nested either way, on every kind of thread."""

import asyncio
import threading
import traceback
from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, suppress
from contextvars import copy_context
from importlib import import_module
from typing import Any, TypeAlias

import pytest
from opentelemetry import context, trace

from otel_xray.testing import Recording

Steps: TypeAlias = Generator[None, None, None]
Pattern: TypeAlias = Callable[[str], Steps]
Runner: TypeAlias = Callable[[list[Callable[[], Steps]]], None]


@pytest.fixture(autouse=True)
def _recorder(recorded: Recording) -> None:
    """Let every segment be recorded."""
    recorder().configure(sampling=False, context_missing="RUNTIME_ERROR")


def recorder() -> Any:
    """Return the alias's recorder."""
    return import_module("aws_xray_sdk.core").xray_recorder


def segment(name: str) -> AbstractContextManager[Any]:
    """Return a block with a segment."""
    block: AbstractContextManager[Any] = recorder().in_segment(name)
    return block


def sub(name: str) -> AbstractContextManager[Any]:
    """Return a block with a subsegment."""
    block: AbstractContextManager[Any] = recorder().in_subsegment(name)
    return block


def span(name: str) -> AbstractContextManager[trace.Span]:
    """Return a block with a span of OpenTelemetry's API."""
    return trace.get_tracer("test").start_as_current_span(name)


# --- patterns: each yields where another line of execution may run. Names say who is inside whom:
# the parent of "a.b.c" must be "a.b".


def x_inside_o_inside_x(root: str) -> Steps:
    """Begin with X-Ray, then OpenTelemetry, then X-Ray again."""
    with segment(root), sub(f"{root}.x"), span(f"{root}.x.o"):
        yield
        with sub(f"{root}.x.o.x"):
            yield
            with span(f"{root}.x.o.x.o"):
                yield
        with sub(f"{root}.x.o.y"):
            yield


def o_inside_x_inside_o(root: str) -> Steps:
    """Begin with OpenTelemetry: X-Ray's subsegment needs no segment of X-Ray's."""
    with span(root):
        yield
        with sub(f"{root}.x"):
            yield
            with span(f"{root}.x.o"):
                yield
        with segment(f"{root}.s"), sub(f"{root}.s.x"):
            yield
        with sub(f"{root}.y"):
            yield


def unpaired_around_a_span(root: str) -> Steps:
    """Begin and end by calls, with a span in between."""
    recorder().begin_segment(root)
    yield
    recorder().begin_subsegment(f"{root}.x")
    with span(f"{root}.x.o"):
        yield
        recorder().begin_subsegment(f"{root}.x.o.x")
        yield
        recorder().end_subsegment()
        with span(f"{root}.x.o.o"):
            yield
    recorder().end_subsegment()
    with span(f"{root}.o"):
        yield
    recorder().end_segment()


def begun_in_a_span_and_ended_after_it(root: str) -> Steps:
    """Begin inside a span, and end when that span is over."""
    with segment(root):
        with span(f"{root}.o"):
            recorder().begin_subsegment(f"{root}.o.x")
            yield
        with sub(f"{root}.o.x.x"):
            yield
        recorder().end_subsegment()
        yield
        with sub(f"{root}.y"):
            yield


def a_span_that_is_never_detached(root: str) -> Steps:
    """End the subsegment in which a span was left current."""
    with segment(root):
        recorder().begin_subsegment(f"{root}.x")
        left = trace.get_tracer("test").start_span(f"{root}.x.o")
        context.attach(trace.set_span_in_context(left))
        yield
        left.end()
        recorder().end_subsegment()
        with sub(f"{root}.y"):
            yield


def a_captured_generator(root: str) -> Steps:
    """Decorate a generator: what it opens is open inside it and nowhere else."""

    @recorder().capture(f"{root}.g")  # type: ignore[untyped-decorator]  # the alias's, by its name
    def numbers() -> Generator[int, None, None]:
        with span(f"{root}.g.o"):
            yield 1
            with sub(f"{root}.g.o.x"):
                yield 2

    with segment(root):
        for _ in numbers():
            yield
            with sub(f"{root}.x"):
                yield


PATTERNS = (
    x_inside_o_inside_x,
    o_inside_x_inside_o,
    unpaired_around_a_span,
    begun_in_a_span_and_ended_after_it,
    a_span_that_is_never_detached,
    a_captured_generator,
)


# --- lines of execution -----------------------------------------------------------------------


def alone(patterns: list[Callable[[], Steps]]) -> None:
    """Run one after the other."""
    for pattern in patterns:
        for _ in pattern():
            pass


def in_threads(patterns: list[Callable[[], Steps]]) -> None:
    """Run each in a thread, all of them in step."""
    barrier = threading.Barrier(len(patterns))

    def run(pattern: Callable[[], Steps]) -> None:
        for _ in pattern():
            with suppress(threading.BrokenBarrierError):  # when the others have ended
                barrier.wait(0.05)

    with ThreadPoolExecutor(len(patterns)) as pool:
        list(pool.map(run, patterns))


def in_tasks(patterns: list[Callable[[], Steps]]) -> None:
    """Run each in a task, switching between them at every step."""

    async def run(pattern: Callable[[], Steps]) -> None:
        for _ in pattern():
            await asyncio.sleep(0)

    async def everything() -> None:
        await asyncio.gather(*(run(pattern) for pattern in patterns))

    asyncio.run(everything())


def in_copied_contexts(patterns: list[Callable[[], Steps]]) -> None:
    """Run each in a context of its own, switching between them at every step."""
    running = [(copy_context(), pattern()) for pattern in patterns]
    while running:
        running = [
            (copied, steps) for copied, steps in running if copied.run(next, steps, "end") != "end"
        ]


RUNNERS: tuple[Runner, ...] = (alone, in_threads, in_tasks, in_copied_contexts)


@pytest.mark.parametrize("runner", RUNNERS, ids=lambda runner: runner.__name__)
@pytest.mark.parametrize("pattern", PATTERNS, ids=lambda pattern: pattern.__name__)
def test_parents_are_right(pattern: Pattern, runner: Runner, recorded: Recording) -> None:
    """In every nesting and on every line of execution, each span's parent is the one around it."""
    runner([lambda name=name: pattern(name) for name in ("a", "b", "c")])  # type: ignore[misc]  # bound by default

    found = tree(recorded)
    assert {"a", "b", "c"} == {name for name in found if "." not in name}
    assert {name: name.rpartition(".")[0] or None for name in found} == found
    assert recorder().context._entities() == []
    assert not trace.get_current_span().get_span_context().is_valid


def tree(recorded: Recording) -> dict[str, str | None]:
    """Return the parent's name of every span, by name."""
    names = {one.context.span_id: one.name for one in recorded.spans if one.context}
    return {one.name: names[one.parent.span_id] if one.parent else None for one in recorded.spans}


def test_tasks_continue_in_what_their_starter_had_open(recorded: Recording) -> None:
    """Concurrent tasks are siblings in the subsegment that started them; none ends another's."""

    async def work(name: str) -> None:
        with sub(f"s.x.{name}"):
            await asyncio.sleep(0)
            with span(f"s.x.{name}.o"):
                await asyncio.sleep(0)

    async def request() -> None:
        with segment("s"), sub("s.x"):
            await asyncio.gather(*(work(str(number)) for number in range(5)))

    asyncio.run(request())

    found = tree(recorded)
    assert len(found) == 12
    assert {name: name.rpartition(".")[0] or None for name in found} == found


def test_a_task_that_outlives_its_request_is_recorded(recorded: Recording) -> None:
    """What it begins after the segment has ended is a child of what was open when it started."""

    async def late() -> None:
        await asyncio.sleep(0.01)
        with sub("s.x.late"):
            pass

    async def request() -> asyncio.Task[None]:
        with segment("s"), sub("s.x"):
            return asyncio.create_task(late())

    async def everything() -> None:
        await (await request())

    asyncio.run(everything())

    assert {"s": None, "s.x": "s", "s.x.late": "s.x"} == tree(recorded)


def test_a_thread_is_given_the_entity(recorded: Recording) -> None:
    """The idiom of X-Ray code for threads, with a span inside; the thread is left clean."""

    def work(entity: Any) -> object:
        recorder().set_trace_entity(entity)
        with span("s.x.o"), sub("s.x.o.x"):
            pass
        recorder().clear_trace_entities()
        return trace.get_current_span()

    with segment("s"), sub("s.x"), ThreadPoolExecutor(1) as pool:
        left = pool.submit(work, recorder().get_trace_entity()).result()

    assert left is trace.INVALID_SPAN
    assert {"s": None, "s.x": "s", "s.x.o": "s.x", "s.x.o.x": "s.x.o"} == tree(recorded)


def test_a_thread_is_given_the_context(recorded: Recording) -> None:
    """OpenTelemetry's idiom for threads carries X-Ray's entity too."""

    def work(carried: context.Context) -> None:
        context.attach(carried)
        recorder().put_annotation("seen", value=True)
        with sub("s.x.x"):
            pass

    with segment("s"), sub("s.x"), ThreadPoolExecutor(1) as pool:
        pool.submit(work, context.get_current()).result()

    assert {"s": None, "s.x": "s", "s.x.x": "s.x"} == tree(recorded)
    assert recorded.documents()[1]["annotations"] == {"seen": True}


def test_calls_of_x_ray_reach_the_innermost_span(recorded: Recording) -> None:
    """A span that OpenTelemetry's API made current takes annotations, metadata and exceptions."""
    with span("o"):
        entity = recorder().get_trace_entity()
        assert entity is recorder().get_trace_entity()
        entity.put_annotation("a", 1)
        recorder().put_annotation("b", value=True)
        recorder().put_metadata("m", [1], "ns")
        recorder().put_metadata("n", 2, "ns")
        entity.add_exception(ValueError("no"), traceback.extract_stack())
        entity.put_http_meta("status", 429)

    document: Any = recorded.documents()[0]
    assert document["annotations"] == {"a": 1, "b": True}
    assert document["metadata"]["ns"] == {"m": [1], "n": 2}
    assert document["cause"]["exceptions"][0]["type"] == "ValueError"
    assert document["throttle"] is True


def test_calls_of_opentelemetry_reach_the_entity(recorded: Recording) -> None:
    """What OpenTelemetry's API puts on the current span stands in the entity's document."""
    with segment("s"):
        current: Any = trace.get_current_span()
        current.set_attribute("shop.items", 3)
        current.add_event("picked", {"sku": "1"})
        current.record_exception(KeyError("sku"))
        current.set_status(trace.StatusCode.ERROR, "no")
        current.add_link(current.get_span_context())
        assert current.is_recording()

    (document,) = recorded.documents()
    (ended,) = recorded.spans
    assert document["metadata"]["default"]["shop.items"] == 3
    assert ["picked", "exception"] == [event.name for event in ended.events]
    assert ended.status.description == "no"
    assert document["links"]
    assert document["cause"]
    assert '"s"' in ended.to_json()
