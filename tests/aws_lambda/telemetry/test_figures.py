"""The platform's figures, put together from its events."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from otel_xray.aws_lambda.telemetry.figures import MOST_REQUESTS, Figures
from otel_xray.aws_lambda.telemetry.values import (
    Initialization,
    Invocation,
    Lost,
    Restoration,
    Stretch,
)
from tests.aws_lambda.telemetry.samples import (
    INIT,
    MILLISECOND,
    at,
    event,
    invocation,
    parsed,
    span,
)

EXPECTED = Invocation(
    told=frozenset({"start", "runtimeDone", "report"}),
    span_id="54565fb41ac79632",
    started=at(200),
    status="success",
    duration=35.0,
    produced_bytes=17,
    response_latency=Stretch(at(200), at(223.25)),
    response_duration=Stretch(at(223), at(223.5)),
    runtime_overhead=Stretch(at(224), at(234.75)),
    extension_overhead=Stretch(at(235), at(250)),
    billed_duration=51.0,
    memory_size=256 << 20,
    max_memory_used=64 << 20,
    init_duration=120.5,
)
LOSS = event("logsDropped", 300, reason="slow", droppedRecords=7, droppedBytes=900)
LIFE = [*INIT, *invocation("a", 200), *invocation("b", 900), LOSS]


def told(*posted: dict[str, Any]) -> Figures:
    """Return the figures after these events."""
    figures = Figures()
    figures.add(parsed(list(posted)))
    return figures


@given(st.permutations(LIFE + LIFE[::3]))
def test_order_and_duplicates_do_not_matter(posted: list[dict[str, Any]]) -> None:
    """In any order, and with some events twice, the figures are the same."""
    figures = told(*posted)

    assert EXPECTED == figures.invocation("a", at(200))
    assert at(900) == figures.invocation("b", at(900)).started
    assert Initialization("on-demand", "init", at(0), 120.5, "success") == figures.initialization()
    assert {"collector": "Ready", "otel-xray": "Ready"} == figures.extensions
    assert Lost(7, 900) == figures.lost


def test_an_invocation_lasts_until_its_answer_has_ended() -> None:
    """Its stretch is from the platform having the event to the end of the answer."""
    assert Stretch(at(200), at(223.5)) == EXPECTED.stretch


def test_an_attempt_without_an_answer_lasts_as_long_as_the_platform_says() -> None:
    """Without a response latency, start and duration are its stretch; a time-out has no other."""
    figures = told(
        event("start", 200, requestId="a"),
        event("runtimeDone", 500, requestId="a", status="timeout", metrics={"durationMs": 300.0}),
    )
    found = figures.invocation("a", at(200))

    assert (Stretch(at(200), at(500)), "timeout") == (found.stretch, found.status)


def test_what_was_not_told_is_not_there() -> None:
    """Without events every figure is None, and so is every stretch."""
    figures = Figures()

    assert Invocation() == figures.invocation("a", at(0))
    assert (Initialization(), Restoration()) == (figures.initialization(), figures.restoration())
    assert figures.invocation("a", 0).stretch is None
    assert figures.initialization().stretch is None
    assert figures.restoration().stretch is None


def test_unknown_kinds_and_fields_are_left_alone() -> None:
    """New events and new fields change nothing."""
    figures = told(
        event("somethingNew", 1, requestId="a"),
        event("start", 2, requestId="a", somethingNew={"x": [1]}),
        event("start", 3, requestId=["a"]),
        event("start", 4),
        event("extension", 5, name=3),
    )

    expected = Invocation(told=frozenset({"start"}), started=at(2))
    assert expected == figures.invocation("a", at(2))


@pytest.mark.parametrize("value", [-1, True, "12", None, [], float("nan"), float("inf"), 10**400])
def test_a_figure_that_is_no_usable_number_is_left_out(value: object) -> None:
    """Negative, endless and other values are as good as none."""
    metrics = {"durationMs": value, "maxMemoryUsedMB": value, "billedDurationMs": 3}
    figures = told(
        event("report", 1, requestId="a", metrics=metrics, spans=[{"durationMs": value}, value])
    )
    expected = Invocation(told=frozenset({"report"}), billed_duration=3.0)

    assert expected == figures.invocation("a", at(1))


@pytest.mark.parametrize(
    "spans", [None, "x", [None], [span("responseLatency", 1, 1) | {"start": 1}]]
)
def test_spans_of_another_shape_are_left_out(spans: object) -> None:
    """A list that holds no readable stretch gives none."""
    figures = told(event("runtimeDone", 1, requestId="a", spans=spans))

    assert figures.invocation("a", at(1)).response_latency is None


def test_another_attempt_with_the_same_id_has_its_own_figures() -> None:
    """An asynchronous event that is tried again keeps its id: earlier figures are not its own."""
    figures = told(*invocation("a", 0))
    second = at(59_000)

    assert Invocation() == figures.invocation("a", second)
    figures.add(parsed([event("report", 59_100, requestId="a", metrics={"billedDurationMs": 9})]))
    assert (frozenset({"report"}), 9.0) == (
        figures.invocation("a", second).told,
        figures.invocation("a", second).billed_duration,
    )


def test_an_initialization_inside_an_invocation_goes_before_the_failed_one() -> None:
    """After a failed init the one with the phase ``invoke`` is this process's."""
    figures = told(
        event("initStart", 0, initializationType="on-demand", phase="init"),
        event("initReport", 10_000, phase="init", status="timeout", metrics={"durationMs": 1e4}),
        event("initStart", 10_100, initializationType="on-demand", phase="invoke"),
        event("initReport", 10_400, phase="invoke", metrics={"durationMs": 300}),
    )

    expected = Initialization("on-demand", "invoke", at(10_100), 300.0)
    assert expected == figures.initialization()


def test_a_later_start_leaves_what_an_earlier_one_took_behind() -> None:
    """The duration of one initialization is never put to the start of another."""
    figures = told(
        event("initStart", 0, phase="invoke"),
        event("initReport", 500, phase="invoke", metrics={"durationMs": 500}),
        event("initStart", 9000, phase="invoke"),
    )

    assert figures.initialization().stretch is None


def test_a_restored_snapshot_has_its_own_figures() -> None:
    """The restoration begins with its start and lasts as long as its report says."""
    figures = told(
        event("restoreStart", 10, functionName="f"),
        event("restoreRuntimeDone", 30, status="error", errorType="Runtime.ExitError"),
        event("restoreReport", 31, status="error", metrics={"durationMs": 20.5}),
    )
    expected = Restoration(at(10), 20.5, "error", "Runtime.ExitError")

    assert expected == figures.restoration()
    assert Stretch(at(10), at(10) + int(20.5 * MILLISECOND)) == figures.restoration().stretch


def test_managed_instances_tell_everything_in_the_report() -> None:
    """Without a runtimeDone the report's spans and duration count."""
    figures = told(
        event(
            "report",
            100,
            requestId="a",
            status="success",
            metrics={"durationMs": 60},
            spans=[span("responseLatency", 40, 50), span("responseDuration", 90, 5)],
        )
    )

    assert Stretch(at(40), at(95)) == figures.invocation("a", at(40)).stretch


def test_invocations_that_nobody_asks_for_are_forgotten() -> None:
    """Only so many are kept, and the oldest goes first; what was asked for can be dropped."""
    figures = told(*(event("start", n, requestId=str(n)) for n in range(MOST_REQUESTS + 1)))

    assert Invocation() == figures.invocation("0", at(0))
    assert at(1) == figures.invocation("1", at(1)).started
    figures.forget("1")
    figures.forget("no such")
    assert Invocation() == figures.invocation("1", at(1))
