"""What Powertools' own Tracer does wrong and ours does right: numbered differences."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import logging
from collections.abc import AsyncGenerator, Callable, Generator
from typing import Any, TypeVar

import pytest

from otel_xray.compat.powertools.base import BaseProvider
from otel_xray.compat.powertools.tracing import Tracer
from otel_xray.testing import Recording

Function = TypeVar("Function", bound=Callable[..., Any])


@pytest.fixture
def tracer(ours: Any) -> Any:
    """Return our tracer, in the place of Powertools'."""
    return ours.Tracer(service="booking", auto_patch=False)


def ordinary(function: Function) -> Function:
    """Decorate as most decorators do."""

    @functools.wraps(function)
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        return function(*args, **kwargs)

    return wrapped  # type: ignore[return-value]  # as it should be


def test_a_handler_without_a_segment_runs(
    tracer: Tracer, recorded: Recording, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The original dies of AttributeError where tracing is on and there is no segment."""
    monkeypatch.delenv("_X_AMZN_TRACE_ID")
    tracer.provider.context.handle_context_missing = lambda: None
    tracer.provider.context.get_trace_entity = lambda: None

    @tracer.capture_lambda_handler
    def handler(event: Any, context: Any) -> Any:
        return event

    assert 1 == handler(1, None)
    assert not recorded.spans


def test_a_decorated_generator_is_no_context_manager(tracer: Tracer, recorded: Recording) -> None:
    """
    The original takes any wrapper of a generator for one, and raises TypeError.

    The iterator that it returns is not consumed by being kept as the response either.
    """

    @tracer.capture_method
    @ordinary
    def steps() -> Generator[int, None, None]:
        yield 7

    assert [7] == list(steps())


def test_an_async_generator_is_open_until_it_is_exhausted(
    tracer: Tracer, recorded: Recording
) -> None:
    """The original records an instant; ours has what happens between the items inside."""

    @tracer.capture_method
    async def stream() -> AsyncGenerator[int, None]:
        with tracer.provider.in_subsegment("inside"):
            yield 7

    async def items() -> list[int]:
        return [item async for item in stream()]

    assert [7] == asyncio.run(items())
    inside, around = recorded.documents()
    assert around["id"] == inside["parent_id"]


def test_a_classmethod_stays_one(tracer: Tracer, recorded: Recording) -> None:
    """The original makes an object that cannot be called."""

    class Shop:
        @tracer.capture_method
        @classmethod
        def of(cls) -> type:
            return cls

        @tracer.capture_method
        @staticmethod
        def count() -> int:
            return 7

    assert Shop is Shop.of()
    assert 7 == Shop().count()
    assert [True, True] == [one["name"].endswith(("of", "count")) for one in recorded.documents()]


def test_a_generator_that_is_closed_early_is_no_fault(tracer: Tracer, recorded: Recording) -> None:
    """The original records GeneratorExit as a failure."""

    @tracer.capture_method
    def steps() -> Generator[int, None, None]:
        yield 7
        yield 8

    running = steps()
    assert 7 == next(running)
    running.close()

    assert "fault" not in recorded.documents()[0]


def test_a_coroutine_may_be_the_handler(tracer: Tracer, recorded: Recording) -> None:
    """The original supports none; ours is open until it is done."""

    @tracer.capture_lambda_handler
    async def handler(event: Any, context: Any) -> Any:
        with tracer.provider.in_subsegment("inside"):
            await asyncio.sleep(0)
        return event

    assert 1 == asyncio.run(handler(1, None))
    inside, around = recorded.documents()
    assert around["id"] == inside["parent_id"]
    assert "ColdStart" in around["annotations"]


def test_a_subsegment_that_is_closed_already_does_no_harm(
    tracer: Tracer, recorded: Recording, caplog: pytest.LogCaptureFixture
) -> None:
    """The original raises AlreadyEndedException in the place of the response."""

    @tracer.capture_lambda_handler(capture_response=False)
    def handler(event: Any, context: Any) -> Any:
        tracer.provider.current_subsegment().put_annotation = None
        return event

    assert 1 == handler(1, None)
    assert [logging.WARNING] == [one.levelno for one in caplog.records]


def test_exceptions_are_logged(tracer: Tracer, caplog: pytest.LogCaptureFixture) -> None:
    """As by the original: an error with its traceback, which names the function."""

    @tracer.capture_method
    def failing() -> None:
        raise ValueError

    with pytest.raises(ValueError, match=r"^$"):
        failing()

    (entry,) = [one for one in caplog.records if one.exc_info]
    assert logging.ERROR == entry.levelno
    assert "failing" in entry.getMessage()


class Notes(BaseProvider):
    """A provider of the application's own: it notes what it is told."""

    def __init__(self) -> None:
        self.told: list[Any] = []

    @contextlib.contextmanager
    def in_subsegment(self, name: str | None = None, **kwargs: Any) -> Generator[Any, None, None]:
        """Open one."""
        self.told.append(name)
        yield self

    @contextlib.asynccontextmanager
    async def in_subsegment_async(
        self, name: str | None = None, **kwargs: Any
    ) -> AsyncGenerator[Any, None]:
        """Open one in a coroutine."""
        self.told.append(f"async {name}")
        yield self

    def put_annotation(self, key: str, value: str | float | bool) -> None:
        """Note it."""
        self.told.append(key)

    def put_metadata(self, key: str, value: Any, namespace: str = "default") -> None:
        """Note it."""
        self.told.append((key, value, namespace))

    def patch(self, modules: Any) -> None:
        """Note it."""
        self.told.append(modules)

    def patch_all(self) -> None:
        """Note it."""
        self.told.append("all")


def test_a_provider_of_the_applications_own_is_used(ours: Any) -> None:
    """Everything goes through the calls of BaseProvider, by keyword."""
    provider = Notes()
    tracer: Tracer = ours.Tracer("booking", None, True, ["a"], provider)
    ours.Tracer()
    tracer.ignore_endpoint("localhost")

    @tracer.capture_lambda_handler
    def handler(event: Any, context: Any) -> Any:
        return event

    @tracer.capture_method
    async def later() -> None:
        tracer.put_annotation("a", 1)
        tracer.put_metadata("m", 1)

    handler(1, None)
    asyncio.run(later())

    name = f"{__name__}.test_a_provider_of_the_applications_own_is_used.locals.later"
    assert [
        ["a"],
        "all",
        "## handler",
        ("handler response", 1, "booking"),
        "ColdStart",
        "Service",
        f"async ## {name}",
        "a",
        ("m", 1, "booking"),
    ] == provider.told
