from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from otel_xray.sampling.rule import Request, Rule, from_mapping

ANY = Rule("any", 1, 0.5, 1)
ORDERS = replace(
    ANY,
    host="*.example.com",
    method="POST",
    path="/orders/*",
    service="shop",
    service_type="AWS::ECS::*",
)
REQUEST = Request("API.example.com", "post", "/orders/7", "Shop", "AWS::ECS::Container")


def test_a_rule_is_for_what_all_its_patterns_describe() -> None:
    """Host, method, path, name and type of the service count, and capitals do not."""
    assert ORDERS.matches(REQUEST)


@pytest.mark.parametrize("name", ["host", "method", "path", "service", "service_type"])
def test_each_pattern_counts(name: str) -> None:
    """One value that its pattern does not describe makes a rule for others."""
    other: dict[str, Any] = {name: "other"}

    assert not ORDERS.matches(REQUEST._replace(**other))


@pytest.mark.parametrize("unknown", [None, ""])
def test_what_is_unknown_matches(unknown: str | None) -> None:
    """A request of which nothing is known is one for any rule without resource and attributes."""
    assert ORDERS.matches(Request(unknown, unknown, unknown, unknown, unknown))


def test_no_pattern_is_for_nothing_that_is_known() -> None:
    """A rule without a pattern for the host is only for requests of which the host is unknown."""
    rule = replace(ANY, host=None)

    assert rule.matches(Request(method="GET"))
    assert not rule.matches(Request(host="example.com"))


@pytest.mark.parametrize(
    ("arn", "expected"), [("arn:aws:ecs:eu:1:x", True), ("arn:aws:lambda:x", False), (None, False)]
)
def test_a_rule_for_a_resource_is_for_no_other(arn: str | None, expected: bool) -> None:
    """The resource has to be known, for the rule was made for it alone."""
    rule = replace(ANY, resource_arn="arn:aws:ecs:*")

    assert expected is rule.matches(Request(resource_arn=arn))


@pytest.mark.parametrize(
    ("attributes", "expected"),
    [
        ({"tier": "gold", "region": "eu"}, True),
        ({"tier": "gold", "region": "us"}, False),
        ({"tier": "gold"}, False),
        ({}, False),
    ],
)
def test_all_attributes_are_needed(attributes: dict[str, str], expected: bool) -> None:
    """A rule for attributes is only for requests that have them all, as its patterns say."""
    rule = replace(ANY, attributes={"tier": "*", "region": "e?"})

    assert expected is rule.matches(Request(attributes=attributes))


def test_the_order_is_by_priority_and_name() -> None:
    """The lowest number comes first, then the name by the alphabet, and Default after all."""
    rules = [
        Rule("Default", 0, 0, 0),
        Rule("b", 2, 0, 0),
        Rule("c", 1, 0, 0),
        Rule("a", 2, 0, 0),
    ]

    assert ["c", "a", "b", "Default"] == [
        rule.name for rule in sorted(rules, key=lambda rule: rule.order)
    ]


def test_a_request_comes_from_what_the_sdks_pass() -> None:
    """The mapping of an X-Ray SDK has the same names, and may have others."""
    known = {"host": "h", "method": "GET", "path": "/", "service": "s", "service_type": "t", "x": 1}

    assert Request("h", "GET", "/", "s", "t") == from_mapping(known)
    assert Request() == from_mapping({})
