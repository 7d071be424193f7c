"""When a trace is complete, decided on traces made for the purpose."""

from __future__ import annotations

from typing import Any

import pytest

from otel_xray.demo.expectations import (
    COLD_START,
    CONFIRMATION,
    EXPECTATIONS,
    Expectation,
    Expected,
    problems,
)
from otel_xray.demo.orders import Kind
from otel_xray.demo.views import Row, View
from tests.demo.making import row, view

LAMBDA = Expected("f", "api", origin="AWS::Lambda")
FUNCTION = Expected("f", "f", origin="AWS::Lambda::Function")
SMALL = Expectation(
    200,
    (Expected("api", None), LAMBDA, FUNCTION, Expected("Handler", "f", annotations=1)),
    {"successfulOrder": True},
)


def small(**changes: Any) -> View:
    """Return a trace that is what SMALL wants, but for *changes* of its handler."""
    return view(
        row("api", 1),
        row("f", 2, 1, origin="AWS::Lambda"),
        row("f", 3, 2, origin="AWS::Lambda::Function"),
        row("Handler", 4, 3, annotations=2, **changes),
        annotations={"orderId": ["42"], "successfulOrder": [True]},
    )


def test_a_complete_trace_has_no_problems() -> None:
    """What has everything, and more, is complete."""
    assert problems(SMALL, "42", small()) == []


def test_a_trace_that_is_not_there_is_a_problem() -> None:
    """Without a trace there is one problem to report."""
    assert problems(SMALL, "42", None) == ["the console has no such trace"]


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"inProgress": True}, "Handler is in progress"),
        ({"orphan": True}, "the parent of Handler is not there"),
        ({"status": "fault"}, "Handler below f is fault, not ok"),
        ({"name": "Handled"}, "Handler below f is not there"),
        ({"parent": "1"}, "Handler below f is not there"),
        ({"parent": None}, "Handler below f is not there"),
        ({"parent": "9"}, "Handler below f is not there"),
    ],
)
def test_an_entity_that_is_not_right_is_named(changes: Any, problem: str) -> None:
    """An unfinished, lost, missing, misplaced or differently ended entity is named."""
    seen = small()
    seen["rows"][3].update(changes)
    assert problems(SMALL, "42", seen) == [problem]


def test_counts_are_lower_bounds() -> None:
    """Fewer annotations than wanted are a problem that says both numbers."""
    seen = small()
    seen["rows"][3]["annotations"] = 0
    assert problems(SMALL, "42", seen) == ["Handler below f has 0 annotations, not 1"]


def test_lambdas_two_segments_are_told_apart() -> None:
    """One segment named after the function does not stand for both."""
    seen = small()
    del seen["rows"][2]
    seen["rows"][2]["parent"] = "2"
    assert problems(SMALL, "42", seen) == ["AWS::Lambda::Function f below f is not there"]


def test_the_root_is_compared() -> None:
    """A partial trace, and another HTTP status of the root, are problems."""
    seen = small()
    seen["trace"]["partial"] = True
    seen["trace"]["http"] = None
    assert problems(SMALL, "42", seen) == [
        "a part that others refer to is not there",
        "the root has HTTP status None, not 200",
    ]


def test_annotations_are_compared() -> None:
    """An annotation that is missing, or has other values only, is a problem that says them."""
    seen = small()
    seen["trace"]["annotations"] = {"orderId": ["41"]}
    assert problems(SMALL, "42", seen) == [
        "no annotation orderId is '42': ['41']",
        "no annotation successfulOrder is True: []",
    ]


def test_extra_entities_are_wanted_too() -> None:
    """What is expected on top is looked for like the rest."""
    assert problems(SMALL, "42", small(), Expected("Initialization", "f")) == [
        "Initialization below f is not there"
    ]


def test_every_kind_of_order_is_expected() -> None:
    """There is an expectation for each kind, and each entity's parent is among its entities."""
    assert set(EXPECTATIONS) == set(Kind)
    for expectation in (*EXPECTATIONS.values(), CONFIRMATION):
        names = {entity.name for entity in expectation.entities}
        assert {entity.below for entity in expectation.entities} <= {None, *names}
    store = {entity.name for entity in EXPECTATIONS[Kind.GOOD].entities}
    assert {entity.below for entity in COLD_START} <= store


def _complete(expectation: Expectation) -> View:
    """Return a trace that has exactly what *expectation* wants."""
    rows: list[Row] = []
    for number, entity in enumerate(expectation.entities, 1):
        parents = [seen["id"] for seen in rows if seen["name"] == entity.below]
        rows.append(
            row(
                entity.name,
                number,
                int(parents[-1]) if parents else None,
                origin=entity.origin,
                status=entity.status,
                annotations=entity.annotations,
                metadata=entity.metadata,
                exceptions=entity.exceptions,
            )
        )
    values: Any = {key: [value] for key, value in expectation.annotations.items()}
    return view(*rows, code=expectation.code, annotations={"orderId": ["42"], **values})


@pytest.mark.parametrize("kind", list(Kind))
def test_each_part_of_an_expectation_counts(kind: Kind) -> None:
    """A trace with exactly the expected parts is complete; without any one of them it is not."""
    expectation = EXPECTATIONS[kind]
    assert problems(expectation, "42", _complete(expectation)) == []
    for number in range(len(expectation.entities)):
        seen = _complete(expectation)
        del seen["rows"][number]
        assert problems(expectation, "42", seen) != []
