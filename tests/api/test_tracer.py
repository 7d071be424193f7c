from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Callable, Generator, Iterator
from typing import Any

import pytest

from otel_xray import Tracer, instrument, xray_recorder
from otel_xray.api.cold_start import ColdStart
from otel_xray.errors import ConfigurationError
from otel_xray.instrument import ignored
from otel_xray.testing import Recording

HEADER = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1"


@pytest.fixture
def tracer() -> Tracer:
    """Return a tracer of the service orders."""
    return Tracer("orders", auto_patch=False)


def documents(recorded: Recording) -> dict[str, Any]:
    """Return the documents by name."""
    return {document["name"]: document for document in recorded.documents()}


def test_the_articles_manual_style(
    tracer: Tracer, recorded: Recording, monkeypatch: pytest.MonkeyPatch
) -> None:
    """getSegment, addNewSubsegment, setSegment and the annotations work as in the article."""
    monkeypatch.setenv("_X_AMZN_TRACE_ID", HEADER)

    segment = tracer.get_segment()
    assert segment is not None
    handler = segment.add_new_subsegment("Handler")
    tracer.set_segment(handler)
    tracer.add_service_name_annotation()
    tracer.put_annotation("successfulOrder", True)
    tracer.put_metadata("orderCreated", {"orderId": "42"})
    tracer.annotate_cold_start()
    assert tracer.get_segment() is handler
    handler.close()
    tracer.set_segment(segment)

    document = documents(recorded)["Handler"]
    annotations = document["annotations"]
    assert annotations.pop("ColdStart") in (True, False)
    assert {"Service": "orders", "successfulOrder": True} == annotations
    assert {"orders": {"orderCreated": {"orderId": "42"}}} == document["metadata"]
    assert "53995c3f42cd8ad8" == document["parent_id"]


def test_a_handler_is_a_subsegment_of_the_functions_segment(
    tracer: Tracer, recorded: Recording, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The decorator records the response, cold start and service."""
    monkeypatch.setenv("_X_AMZN_TRACE_ID", HEADER)

    @tracer.capture_lambda_handler
    def handler(event: Any, context: Any) -> dict[str, int]:
        return {"statusCode": 200}

    assert {"statusCode": 200} == handler({}, None)

    document = documents(recorded)["## handler"]
    assert {"ColdStart", "Service"} == document["annotations"].keys()
    assert {"orders": {"handler response": {"statusCode": 200}}} == document["metadata"]
    assert "53995c3f42cd8ad8" == document["parent_id"]


def test_a_handler_called_outside_lambda_is_a_segment(tracer: Tracer, recorded: Recording) -> None:
    """Without a parent the invocation is a segment named after the service, inside one it nests."""

    @tracer.capture_lambda_handler(capture_response=False)
    def handler(event: Any, context: Any) -> int:
        return 1

    handler({}, None)
    with xray_recorder.in_segment("test"):
        handler({}, None)

    made = documents(recorded)
    assert "type" not in made["orders"]
    assert "metadata" not in made["## handler"]
    assert made["test"]["id"] == made["## handler"]["parent_id"]


def test_an_exception_of_a_handler_goes_on_and_is_kept(tracer: Tracer, recorded: Recording) -> None:
    """The cause has the exception, and so has the metadata, in words."""

    @tracer.capture_lambda_handler
    def handler(event: Any, context: Any) -> None:
        raise KeyError(*event)

    with pytest.raises(KeyError, match="orderId"):
        handler(["orderId"], None)

    document = documents(recorded)["orders"]
    assert document["fault"]
    assert "KeyError" == document["cause"]["exceptions"][0]["type"]
    assert {"type": "KeyError", "message": "'orderId'"} == document["metadata"]["orders"][
        "handler error"
    ]


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


async def async_generator(value: int) -> AsyncGenerator[int, None]:
    """Yield *value* later."""
    yield value


@contextlib.contextmanager
def manager(value: int) -> Generator[int, None, None]:
    """Yield *value* to a block."""
    yield value


def run_coroutine(function: Callable[[int], Any]) -> Any:
    """Call and await."""
    return asyncio.run(function(7))


def run_async_generator(function: Callable[[int], Any]) -> Any:
    """Call and iterate."""

    async def collect() -> list[int]:
        return [item async for item in function(7)]

    return asyncio.run(collect())[0]


def run_manager(function: Callable[[int], Any]) -> Any:
    """Enter and leave."""
    with function(7) as value, xray_recorder.in_subsegment("in block"):
        return value


KINDS: list[tuple[Callable[[int], Any], Callable[[Callable[[int], Any]], Any], bool]] = [
    (plain, lambda function: function(7), True),
    (coroutine, run_coroutine, True),
    (generator, lambda function: next(iter(list(function(7)))), True),
    (async_generator, run_async_generator, False),
    (manager, run_manager, False),
]


@pytest.mark.parametrize(
    ("function", "run", "responds"), KINDS, ids=lambda item: getattr(item, "__name__", "")
)
def test_a_method_of_every_kind_is_captured(
    tracer: Tracer,
    recorded: Recording,
    function: Callable[[int], Any],
    run: Callable[[Callable[[int], Any]], Any],
    responds: bool,
) -> None:
    """Each kind of function stays what it is, and its whole life is one subsegment."""
    captured = tracer.capture_method(function)

    with xray_recorder.in_segment("shop"):
        assert 7 == run(captured)

    made = documents(recorded)
    name = f"{__name__}.{function.__qualname__}"
    document = made[f"## {name}"]
    assert made["shop"]["id"] == document["parent_id"]
    assert function.__name__ == captured.__name__
    if responds:
        assert {"orders": {f"{name} response": 7}} == document["metadata"]


@pytest.mark.parametrize(
    ("function", "run", "responds"), KINDS, ids=lambda item: getattr(item, "__name__", "")
)
def test_an_exception_of_any_kind_of_method_goes_on(
    tracer: Tracer,
    recorded: Recording,
    function: Callable[[int], Any],
    run: Callable[[Callable[[int], Any]], Any],
    responds: bool,
) -> None:
    """Whatever fails inside reaches the caller unchanged and is the subsegment's cause."""
    captured = tracer.capture_method(function, capture_error=False)

    with xray_recorder.in_segment("shop"), pytest.raises(TypeError, match="positional"):
        run(lambda _: call_without_arguments(captured))

    document = documents(recorded)[f"## {__name__}.{function.__qualname__}"]
    assert "TypeError" == document["cause"]["exceptions"][0]["type"]
    assert "metadata" not in document


def call_without_arguments(function: Callable[..., Any]) -> Any:
    """Call *function* wrongly."""
    return function()


def test_a_block_of_a_captured_context_manager_is_inside_it(
    tracer: Tracer, recorded: Recording
) -> None:
    """What happens in the with block belongs to the context manager's subsegment."""
    captured = tracer.capture_method(manager)

    with xray_recorder.in_segment("shop"):
        run_manager(captured)

    made = documents(recorded)
    assert made[f"## {__name__}.manager"]["id"] == made["in block"]["parent_id"]


def test_a_generator_that_is_closed_early_is_no_fault(tracer: Tracer, recorded: Recording) -> None:
    """Leaving a loop over a captured generator is not an error."""
    captured = tracer.capture_method(generator)

    with xray_recorder.in_segment("shop"):
        steps = captured(7)
        next(steps)
        steps.close()

    assert "fault" not in documents(recorded)[f"## {__name__}.generator"]


def test_an_exception_thrown_into_a_generator_arrives_there(
    tracer: Tracer, recorded: Recording
) -> None:
    """throw() reaches the captured generator as it would without the decorator."""

    @tracer.capture_method
    def patient() -> Generator[int, None, None]:
        try:
            yield 1
        except ValueError:
            yield 2

    with xray_recorder.in_segment("shop"):
        steps = patient()
        assert [1, 2] == [next(steps), steps.throw(ValueError())]
        steps.close()

    assert (
        "fault"
        not in documents(recorded)[
            "## "
            + patient.__module__
            + "."
            + patient.__qualname__.replace("<", "").replace(">", "")
        ]
    )


def test_responses_and_errors_can_be_kept_by_hand(tracer: Tracer, recorded: Recording) -> None:
    """add_response_as_metadata and add_error_as_metadata do what the decorators do."""
    with xray_recorder.in_segment("shop"):
        tracer.add_response_as_metadata({"ok": True}, "process")
        tracer.add_response_as_metadata(None, "nothing")
        tracer.add_error_as_metadata(ValueError("no"), remote=True)

    document = documents(recorded)["shop"]
    assert {"process response": {"ok": True}} == document["metadata"]["orders"]
    assert document["cause"]["exceptions"][0]["remote"]


def test_a_tracer_says_what_it_knows(tracer: Tracer, recorded: Recording) -> None:
    """The current trace id, sampling and state can be asked for."""
    assert tracer.get_root_xray_trace_id() is None
    with xray_recorder.in_segment("shop") as segment:
        assert segment.trace_id == tracer.get_root_xray_trace_id()
        assert tracer.is_trace_sampled()
    assert tracer.is_tracing_enabled()


@pytest.mark.parametrize("by", ["argument", "environment"])
def test_a_disabled_tracer_does_nothing(
    recorded: Recording, monkeypatch: pytest.MonkeyPatch, by: str
) -> None:
    """Disabled by argument or variable, every call is a no-op and functions stay untouched."""
    if by == "environment":
        monkeypatch.setenv("POWERTOOLS_TRACE_DISABLED", "true")
    tracer = Tracer("orders", disabled=True if by == "argument" else None)
    client = object()

    with xray_recorder.in_segment("shop"):
        assert tracer.get_segment() is None
        tracer.set_segment(None)
        tracer.put_annotation("a", 1)
        tracer.put_metadata("a", 1)
        tracer.add_error_as_metadata(ValueError())
        assert tracer.capture_method(plain) is plain
        assert tracer.capture_lambda_handler(plain) is plain
        assert tracer.capture_aws_client(client) is client
        assert tracer.get_root_xray_trace_id() is None
        assert not tracer.is_trace_sampled()

    assert not tracer.is_tracing_enabled()
    assert {"aws.local.service": "shop"} == dict(recorded.span("shop").attributes or {})


def test_the_service_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """A tracer without a name takes Powertools' variable."""
    monkeypatch.setenv("POWERTOOLS_SERVICE_NAME", "booking")

    assert "booking" == Tracer(auto_patch=False).service


def test_only_the_first_invocation_is_cold(monkeypatch: pytest.MonkeyPatch) -> None:
    """The answer is the same within an invocation, and no after it."""
    cold = ColdStart()
    monkeypatch.setenv("_X_AMZN_TRACE_ID", HEADER)
    first = [cold.is_cold(), cold.is_cold()]
    monkeypatch.setenv("_X_AMZN_TRACE_ID", HEADER.replace("53995", "53996"))

    assert [True, True, False] == [*first, cold.is_cold()]


def test_without_a_header_the_first_question_is_cold() -> None:
    """Outside Lambda only the first answer is yes."""
    cold = ColdStart()

    assert [True, False] == [cold.is_cold(), cold.is_cold()]


def test_provisioned_concurrency_is_never_cold(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits for an environment that was started ahead."""
    monkeypatch.setenv("AWS_LAMBDA_INITIALIZATION_TYPE", "provisioned-concurrency")

    assert not ColdStart().is_cold()


def test_the_service_can_be_assigned_later(tracer: Tracer, recorded: Recording) -> None:
    """What is decorated already takes the new name, too."""
    handler = tracer.capture_lambda_handler(echo)
    tracer.service = "payments"

    with xray_recorder.in_segment("shop"):
        handler(1, None)

    document = documents(recorded)["## echo"]
    assert "payments" == document["annotations"]["Service"]
    assert {"payments": {"echo response": 1}} == document["metadata"]


def echo(event: Any, context: Any) -> Any:
    """Return the event."""
    return event


def test_methods_of_classes_stay_what_they_are(tracer: Tracer, recorded: Recording) -> None:
    """A class method and a static method are captured from either side of the decorator."""

    class Shop:
        @tracer.capture_method
        @classmethod
        def of(cls) -> type:
            return cls

        @staticmethod
        @tracer.capture_method
        def count() -> int:
            return 7

    with xray_recorder.in_segment("shop"):
        assert Shop is Shop.of()
        assert 7 == Shop.count()

    here = f"## {__name__}.test_methods_of_classes_stay_what_they_are.locals.Shop"
    assert {f"{here}.of", f"{here}.count", "shop"} == documents(recorded).keys()


def test_a_manager_of_a_captured_generator_has_its_block_inside(
    tracer: Tracer, recorded: Recording
) -> None:
    """The decorators may be in the order that Powertools recommends."""
    captured = contextlib.contextmanager(tracer.capture_method(steps))

    with xray_recorder.in_segment("shop"):
        run_manager(captured)

    made = documents(recorded)
    assert made[f"## {__name__}.steps"]["id"] == made["in block"]["parent_id"]
    assert made["shop"]["id"] == made[f"## {__name__}.steps"]["parent_id"]


def steps(value: int) -> Generator[int, None, None]:
    """Yield *value* to a block."""
    yield value


def test_an_iterator_that_is_returned_is_not_consumed(tracer: Tracer, recorded: Recording) -> None:
    """It is the caller's to iterate, and no response that could be kept."""
    captured = tracer.capture_method(iterator)

    with xray_recorder.in_segment("shop"):
        assert [1, 2] == list(captured())

    assert "metadata" not in documents(recorded)[f"## {__name__}.iterator"]


def iterator() -> Iterator[int]:
    """Return numbers."""
    return iter((1, 2))


def test_an_unknown_library_is_refused() -> None:
    """It is told when the tracer is made, or asked to patch; a disabled one is asked nothing."""
    with pytest.raises(ConfigurationError, match="'nowhere'"):
        Tracer(patch_modules=["nowhere"])
    tracer = Tracer(auto_patch=False)
    with pytest.raises(ConfigurationError, match="'nowhere'"):
        tracer.patch(("nowhere",))
    tracer.patch(())
    Tracer(disabled=True, patch_modules=["nowhere"])


def test_libraries_are_instrumented_by_name() -> None:
    """By default all that are known, else those that are named."""
    try:
        assert Tracer(None, None, True).auto_patch
        assert Tracer(patch_modules=["boto3"]).auto_patch
        assert not Tracer(auto_patch=False).auto_patch
    finally:
        instrument.uninstall()


def test_endpoints_can_be_ignored(tracer: Tracer) -> None:
    """ignore_endpoint is heard by the instrumentation of HTTP clients."""
    try:
        tracer.ignore_endpoint("*.example.com", ["/health"])
        assert ignored.matches("https://api.example.com/health?deep=1")
    finally:
        ignored.clear()
