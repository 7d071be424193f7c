"""Powertools' own Tracer, unchanged on the alias, and ours in its place: they do the same."""

from __future__ import annotations

import asyncio
import contextlib
import sys
from collections.abc import Callable, Generator
from importlib import import_module
from typing import Any

import pytest

from otel_xray.compat.powertools.tracing import Tracer
from otel_xray.testing import Recording
from tests.compat.powertools.conftest import HEADER, PARENT_ID, TRACE_ID

ME = f"{__name__}"


def documents(recorded: Recording) -> dict[str, Any]:
    """Return the documents by name, in the order in which they ended."""
    return {document["name"]: document for document in recorded.documents()}


def plain(value: int) -> int:
    """Return *value*."""
    return value


async def coroutine(value: int) -> int:
    """Return *value* later."""
    await asyncio.sleep(0)
    return value


def generator(value: int) -> Generator[int, None, int]:
    """Yield and return *value*."""
    yield value
    return value


def steps(value: int) -> Generator[int, None, None]:
    """Yield *value* to a block."""
    yield value


manager = contextlib.contextmanager(steps)


def run_coroutine(function: Callable[[int], Any]) -> Any:
    """Call and await."""
    return asyncio.run(function(7))


def run_generator(function: Callable[[int], Any]) -> Any:
    """Call and exhaust."""
    return next(iter([*function(7)]))


def run_manager(function: Callable[[int], Any]) -> Any:
    """Call and enter."""
    with function(7) as value:
        return value


def silent(event: Any, context: Any) -> None:
    """Return nothing."""


def echo(event: Any, context: Any) -> Any:
    """Return the event."""
    return event


def test_a_handler_is_a_subsegment(tracer: Tracer, recorded: Recording) -> None:
    """Name, parent, annotations and response are Powertools'."""

    @tracer.capture_lambda_handler
    def handler(event: Any, context: Any) -> dict[str, int]:
        return {"statusCode": 200}

    assert {"statusCode": 200} == handler({}, None)

    document = documents(recorded)["## handler"]
    assert ("## handler", TRACE_ID, PARENT_ID) == (
        document["name"],
        document["trace_id"],
        document["parent_id"],
    )
    assert {"ColdStart": True, "Service": "booking"} == document["annotations"]
    assert {"booking": {"handler response": {"statusCode": 200}}} == document["metadata"]


@pytest.mark.parametrize("initialization", ["on-demand", "provisioned-concurrency"])
def test_only_the_first_invocation_is_cold(
    tracer: Tracer,
    recorded: Recording,
    monkeypatch: pytest.MonkeyPatch,
    initialization: str,
) -> None:
    """ColdStart is true once, and never where the environment was started ahead."""
    monkeypatch.setenv("AWS_LAMBDA_INITIALIZATION_TYPE", initialization)
    handler = tracer.capture_lambda_handler(silent)

    handler({}, None)
    monkeypatch.setenv("_X_AMZN_TRACE_ID", HEADER.replace("2793", "2794"))
    handler({}, None)

    cold = [document["annotations"]["ColdStart"] for document in recorded.documents()]
    assert [initialization == "on-demand", False] == cold


def test_an_exception_goes_on_and_is_recorded(tracer: Tracer, recorded: Recording) -> None:
    """The inner subsegment has the cause, the outer one its id; an error is no metadata."""

    @tracer.capture_method
    def collect() -> None:
        msg = "boom"
        raise ValueError(msg)

    @tracer.capture_lambda_handler
    def handler(event: Any, context: Any) -> None:
        collect()

    with pytest.raises(ValueError, match="boom"):
        handler({}, None)

    inner, outer = documents(recorded).values()
    (cause,) = inner["cause"]["exceptions"]
    assert ("ValueError", "boom", cause["id"]) == (cause["type"], cause["message"], outer["cause"])
    assert inner["fault"]
    assert outer["fault"]
    assert {"booking": {"handler error": {}}} == outer["metadata"]
    assert {"ColdStart", "Service"} == outer["annotations"].keys()


@pytest.mark.parametrize(
    ("function", "run", "responds"),
    [
        (plain, lambda function: function(7), True),
        (coroutine, run_coroutine, True),
        (generator, run_generator, True),
        (manager, run_manager, True),
    ],
    ids=["plain", "coroutine", "generator", "context manager"],
)
def test_methods_of_every_kind_are_captured(
    tracer: Tracer,
    recorded: Recording,
    function: Callable[..., Any],
    run: Callable[[Callable[[int], Any]], Any],
    responds: bool,
) -> None:
    """The subsegment is named after module and function; the response is its metadata."""
    captured = tracer.capture_method(function)

    assert 7 == run(captured)

    name = f"{ME}.{function.__qualname__}"
    document = documents(recorded)[f"## {name}"]
    assert responds
    assert {"booking": {f"{name} response": 7}} == document["metadata"]
    assert PARENT_ID == document["parent_id"]


def test_a_context_manager_may_be_made_of_a_captured_generator(
    tracer: Tracer, recorded: Recording
) -> None:
    """The decorators may be in either order; what is in the block is in the subsegment."""
    captured = contextlib.contextmanager(tracer.capture_method(steps))

    with captured(7) as value:
        assert 7 == value
        with tracer.provider.in_subsegment("block"):
            pass

    made = documents(recorded)
    assert made[f"## {ME}.steps"]["id"] == made["block"]["parent_id"]


@pytest.mark.parametrize("kind", ["argument", "variable"])
def test_outcomes_can_be_left_out(
    tracer: Tracer, recorded: Recording, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    """By argument or variable, neither the response nor the error is kept as metadata."""
    options: dict[str, Any] = {}
    if kind == "argument":
        options = {"capture_response": False, "capture_error": False}
    else:
        monkeypatch.setenv("POWERTOOLS_TRACER_CAPTURE_RESPONSE", "false")
        monkeypatch.setenv("POWERTOOLS_TRACER_CAPTURE_ERROR", "0")

    def failing() -> None:
        raise ValueError

    tracer.capture_method(**options)(plain)(7)
    with pytest.raises(ValueError, match=r"^$"):
        tracer.capture_method(**options)(failing)()

    assert [False, False] == ["metadata" in document for document in recorded.documents()]


def test_an_argument_beats_the_variable(
    tracer: Tracer, recorded: Recording, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the decorator is told counts; a variable that is no boolean is refused."""
    monkeypatch.setenv("POWERTOOLS_TRACER_CAPTURE_RESPONSE", "false")
    tracer.capture_method(capture_response=True)(plain)(7)
    assert "metadata" in recorded.documents()[0]

    monkeypatch.setenv("POWERTOOLS_TRACER_CAPTURE_RESPONSE", "maybe")
    with pytest.raises(ValueError, match="maybe"):
        tracer.capture_method(plain)


def test_annotations_and_metadata(tracer: Tracer, recorded: Recording) -> None:
    """They go to the current subsegment; the service is the namespace by default."""
    with tracer.provider.in_subsegment("work"):
        tracer.put_annotation("orderId", "42")
        tracer.put_metadata("order", {"id": 42})
        tracer.put_metadata("order", {"id": 43}, namespace="other")

    (document,) = recorded.documents()
    assert {"orderId": "42"} == document["annotations"]
    assert {"booking": {"order": {"id": 42}}, "other": {"order": {"id": 43}}} == (
        document["metadata"]
    )


def test_concurrent_coroutines_are_siblings(tracer: Tracer, recorded: Recording) -> None:
    """Difference: the original nests them, and AlreadyEndedException becomes a result."""

    @tracer.capture_method
    async def overlapping(mine: asyncio.Event, other: asyncio.Event) -> str:
        mine.set()
        await other.wait()
        return "done"

    async def together() -> tuple[str, str]:
        one, two = asyncio.Event(), asyncio.Event()
        return await asyncio.gather(overlapping(one, two), overlapping(two, one))

    @tracer.capture_method
    def outer() -> tuple[str, str]:
        return asyncio.run(together())

    assert ["done", "done"] == list(outer())

    *inner, around = recorded.documents()
    assert [around["id"]] * 2 == [document["parent_id"] for document in inner]


def test_the_escape_hatch_is_the_recorder(tracer: Tracer, recorded: Recording) -> None:
    """Users reach every call of the X-Ray SDK through it."""

    async def work() -> None:
        async with tracer.provider.in_subsegment_async("## work") as subsegment:
            subsegment.put_annotation("a", 1)

    asyncio.run(work())

    core = sys.modules["aws_xray_sdk.core"]
    assert core.xray_recorder is tracer.provider
    assert core.patch_all is tracer.provider.patch_all
    assert 0 == tracer.provider.streaming_threshold
    assert {"a": 1} == recorded.documents()[0]["annotations"]


def test_the_service_comes_from_the_variable(
    powertools: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name that is given counts more, and stays for later tracers without one."""
    monkeypatch.setenv("POWERTOOLS_SERVICE_NAME", "payment")
    make = powertools.Tracer

    assert "payment" == make(auto_patch=False).service
    monkeypatch.delenv("POWERTOOLS_SERVICE_NAME")
    assert "payment" == make(auto_patch=False).service
    assert "booking" == make(service="booking", auto_patch=False).service
    make._reset_config()
    assert "" == make(auto_patch=False).service


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("LAMBDA_TASK_ROOT", None),
        ("AWS_SAM_LOCAL", "true"),
        ("AWS_CHALICE_CLI_MODE", "true"),
        ("POWERTOOLS_TRACE_DISABLED", "true"),
    ],
)
def test_the_environment_disables(
    powertools: Any,
    recorded: Recording,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    value: str | None,
) -> None:
    """Outside Lambda, in its emulators and on request functions run and nothing is recorded."""
    if value is None:
        monkeypatch.delenv(name)
    else:
        monkeypatch.setenv(name, value)
    tracer = powertools.Tracer(service="booking")

    tracer.put_annotation("a", 1)
    tracer.put_metadata("a", 1)
    assert 7 == tracer.capture_method(plain)(7)
    assert 7 == run_coroutine(tracer.capture_method(coroutine))
    assert 7 == tracer.capture_lambda_handler(echo)(7, None)

    assert tracer.disabled
    assert not sys.modules["aws_xray_sdk"].global_sdk_config.sdk_enabled()
    assert not recorded.spans


def test_disabled_is_sticky(powertools: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Given explicitly it beats the variable; once true it stays, until the reset."""
    monkeypatch.setenv("POWERTOOLS_TRACE_DISABLED", "true")
    make = powertools.Tracer

    assert not make(disabled=False, auto_patch=False).disabled
    assert make(disabled=True).disabled
    assert make(disabled=False).disabled
    make._reset_config()
    assert not make(disabled=False, auto_patch=False).disabled


def test_an_unknown_library_is_refused(powertools: Any) -> None:
    """The patcher says so, by contract."""
    with pytest.raises(Exception, match="modules nowhere are currently not supported"):
        powertools.Tracer(patch_modules=("nowhere",))


def test_a_middleware_is_a_subsegment(
    powertools: Any, recorded: Recording, monkeypatch: pytest.MonkeyPatch
) -> None:
    """POWERTOOLS_TRACE_MIDDLEWARES gives each middleware one."""
    monkeypatch.setenv("POWERTOOLS_TRACE_MIDDLEWARES", "true")
    factory = import_module("aws_lambda_powertools.middleware_factory")

    def logged(handler: Any, event: Any, context: Any) -> Any:
        return handler(event, context)

    assert 1 == factory.lambda_handler_decorator(logged)(echo)(1, None)

    (document,) = recorded.documents()
    assert document["name"].startswith("## ")
    assert document["name"].endswith("logged")
