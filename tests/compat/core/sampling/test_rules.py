from __future__ import annotations

import copy
from typing import Any

import pytest

from tests.compat.core.loading import core


def rule(name: str = "r", **members: Any) -> Any:
    """Return a rule for every request."""
    told = {"priority": 1, "rate": 0, "reservoir_size": 1, **members}
    patterns = dict.fromkeys(("host", "method", "path", "service", "service_type"), "*")
    return core("sampling.sampling_rule").SamplingRule(name, **{**patterns, **told})


def target(**members: Any) -> dict[str, Any]:
    """Return what the connector says of a rule."""
    return {"rate": 0.1, "quota": None, "TTL": None, "interval": None, **members}


def test_a_reservoir_borrows_or_takes(alias: None) -> None:
    """It borrows one a second, or takes from a quota that is good."""
    module = core("sampling.reservoir")
    reservoir, decision = module.Reservoir(), module.ReservoirDecision
    borrowed = [reservoir.borrow_or_take(1000, True) for _ in "12"]
    reservoir.load_quota(1, 2000, 20)
    taken = [reservoir.borrow_or_take(1001, True) for _ in "12"]

    assert [decision.BORROW, decision.NO] == borrowed
    assert [decision.TAKE, decision.NO] == taken
    assert (1, 2000) == (reservoir.quota, reservoir.TTL)
    assert ["take", "borrow", "no"] == [one.value for one in decision]


def test_a_reservoir_without_anything_says_nothing(alias: None) -> None:
    """Neither quota nor borrowing is None, which is false, unlike a member that says no."""
    assert None is core("sampling.reservoir").Reservoir().borrow_or_take(1000, False)


def test_a_rule_tells_what_it_is(alias: None) -> None:
    """Name, priority, rate and whether it can borrow are as given; the rate can be changed."""
    found = rule("Default", priority=7, rate=0.5, reservoir_size=0)
    found.rate = 0.25

    assert ("Default", 7, 0.25, False, True) == (
        found.name,
        found.priority,
        found.rate,
        found.can_borrow,
        found.is_default(),
    )


@pytest.mark.parametrize(
    ("request_", "expected"),
    [
        (None, False),
        ({}, True),
        ({"host": "A.com", "other": 1}, True),
        ({"host": "b.com"}, False),
        ({"service_type": "AWS::EC2::Instance"}, False),
    ],
)
def test_a_rule_is_for_some_requests(
    alias: None, request_: dict[str, Any] | None, expected: bool
) -> None:
    """What is not known of a request matches; without a pattern nothing that is known does."""
    assert expected is rule(host="a*", service_type=None).match(request_)


def test_a_rule_counts(alias: None) -> None:
    """A snapshot has what was counted since the last one."""
    found = rule()
    assert not found.ever_matched()
    found.increment_request_count()
    found.increment_request_count()
    found.increment_borrow_count()
    found.increment_sampled_count()

    assert found.ever_matched()
    assert (2, 1, 1) == (found.request_count, found.borrow_count, found.sampled_count)
    counted = {"request_count": 2, "borrow_count": 1, "sampled_count": 1}
    assert [counted, dict.fromkeys(counted, 0)] == [found.snapshot_statistics() for _ in "12"]


def test_a_rule_is_due_as_often_as_xray_says(alias: None) -> None:
    """Asked every ten seconds, it says when its interval is over."""
    found = rule()
    always = [found.time_to_report() for _ in "12"]
    found.reservoir.load_quota(None, None, 30)

    assert [True, True] == always
    assert [False, False, True, False] == [found.time_to_report() for _ in "1234"]


def test_a_newer_rule_goes_on_where_the_older_was(alias: None) -> None:
    """
    Quota and counts are the older one's.

    Difference: the original takes the reservoir from the older rule, so that a decision which is
    just being made by that one raises AttributeError into the application.
    """
    old, new = rule(), rule()
    old.reservoir.load_quota(3, 2000, None)
    old.increment_request_count()
    new.merge(old)

    assert (1, 3) == (new.request_count, new.reservoir.quota)
    assert core("sampling.reservoir").ReservoirDecision.TAKE is old.reservoir.borrow_or_take(
        1000, True
    )


def test_a_cache_orders_rules(alias: None) -> None:
    """By priority, then by name."""
    cache = core("sampling.rule_cache").RuleCache()
    cache.load_rules([rule("Default", priority=10000), rule("b"), rule("a"), rule("z", priority=0)])

    assert ["z", "a", "b", "Default"] == [one.name for one in cache.rules]


def test_a_cache_finds_the_rule(alias: None) -> None:
    """The first match, else Default, which alone is for no request."""
    cache = core("sampling.rule_cache").RuleCache()
    cache.load_rules([rule("Default", priority=10000, path=None), rule("a", path="/a")])
    cache.last_updated = 1000

    assert "a" == cache.get_matched_rule({"path": "/A"}, 1000).name
    assert "Default" == cache.get_matched_rule({"path": "/b"}, 1000).name
    assert "Default" == cache.get_matched_rule(None, 1000).name


def test_a_cache_is_good_for_an_hour(alias: None) -> None:
    """Never loaded, or not for an hour, it has no rule."""
    module = core("sampling.rule_cache")
    cache = module.RuleCache()
    cache.load_rules([rule()])

    assert 3600 == module.TTL
    assert None is cache.last_updated
    assert None is cache.get_matched_rule({}, 1000)
    cache.last_updated = 1000
    assert cache.get_matched_rule({}, 4600)
    assert None is cache.get_matched_rule({}, 4601)


def test_a_cache_keeps_state_over_a_refresh(alias: None) -> None:
    """A rule of the same name keeps quota and counts; a rule that is gone is forgotten."""
    cache = core("sampling.rule_cache").RuleCache()
    kept = rule("kept")
    cache.load_rules([kept, rule("gone")])
    kept.increment_request_count()
    cache.load_targets({"kept": target(quota=3, TTL=15), "unknown": target()})
    cache.load_rules([rule("kept", rate=1)])

    (found,) = cache.rules
    assert (1, 3, 15, 1) == (
        found.request_count,
        found.reservoir.quota,
        found.reservoir.TTL,
        found.rate,
    )


def test_a_rule_can_be_loaded_twice(alias: None) -> None:
    """Difference: the original takes the reservoir away from a rule that replaces itself."""
    cache = core("sampling.rule_cache").RuleCache()
    same = rule()
    cache.load_rules([same])
    cache.load_rules([same])

    assert same.reservoir.borrow_or_take(1000, True)


def test_loading_leaves_the_list_alone(alias: None) -> None:
    """Difference: the original sorts the list while requests are looking for their rule in it."""
    cache = core("sampling.rule_cache").RuleCache()
    rules = [rule("b"), rule("a")]
    given = copy.copy(rules)
    cache.load_rules(rules)

    assert given == rules
    assert ["a", "b"] == [one.name for one in cache.rules]
