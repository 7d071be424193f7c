from __future__ import annotations

from itertools import permutations
from threading import Event, Thread

import pytest

from otel_xray.sampling.central import CentralRule, Target
from otel_xray.sampling.rule import Request, Rule
from otel_xray.sampling.rule_cache import LIFETIME, RuleCache
from otel_xray.sampling.statistics import Counts


def default() -> CentralRule:
    """Return the rule for every request."""
    return CentralRule(Rule("Default", 10000, 0, 1))


def rule(name: str, priority: float = 1, path: str = "*") -> CentralRule:
    """Return a rule for some paths."""
    return CentralRule(Rule(name, priority, 0, 1, path=path))


def matched(cache: RuleCache, request: Request, now: float = 1000) -> str | None:
    """Return the name of the rule for *request*."""
    found = cache.match(request, now)
    return found.rule.name if found else None


def test_rules_are_asked_in_order() -> None:
    """However X-Ray lists them, the lowest priority is asked first and Default last."""
    for rules in permutations([default(), rule("b", 2, "/a*"), rule("a", 2, "/a"), rule("c", 1)]):
        cache = RuleCache()
        cache.load(rules)

        assert ["c", "a", "b", "Default"] == [one.rule.name for one in cache.rules]


def test_the_first_match_decides_and_default_matches_all() -> None:
    """Default is for every request, whatever its patterns."""
    cache = RuleCache()
    cache.last_updated = 1000
    cache.load([default(), rule("all", 2, "/a*"), rule("one", 1, "/a/1")])

    assert "one" == matched(cache, Request(path="/a/1"))
    assert "all" == matched(cache, Request(path="/a/2"))
    assert "Default" == matched(cache, Request(path="/b"))


def test_without_default_there_may_be_no_rule() -> None:
    """Then the caller has to fall back."""
    cache = RuleCache()
    cache.last_updated = 1000
    cache.load([rule("one", 1, "/a")])

    assert None is matched(cache, Request(path="/b"))


@pytest.mark.parametrize(
    ("updated", "expected"),
    [(None, None), (1000, "Default"), (1000 - LIFETIME, "Default"), (999 - LIFETIME, None)],
)
def test_rules_last_an_hour(updated: float | None, expected: str | None) -> None:
    """Older ones, and those of which it is not known how old they are, are not used."""
    cache = RuleCache()
    cache.load([default()])
    cache.last_updated = updated

    assert expected == matched(cache, Request())


def test_a_refresh_keeps_quotas_and_statistics() -> None:
    """A rule of the same name goes on; others are forgotten or new."""
    cache = RuleCache()
    cache.load([default(), rule("kept"), rule("deleted")])
    kept = cache.rules[1]
    kept.aim(Target(quota=3, expires=2000))
    kept.decide(1000)
    cache.load([rule("new"), rule("kept", 7), default()])

    assert ["new", "kept", "Default"] == [one.rule.name for one in cache.rules]
    assert 7 == cache.rules[1].rule.priority
    assert 3 == cache.rules[1].reservoir.quota
    assert Counts(1, 0, 1) == cache.rules[1].statistics.counts


def test_targets_reach_their_rules() -> None:
    """A target of an unknown rule is nothing, and rules without one stay as they are."""
    cache = RuleCache()
    cache.load([default(), rule("a")])
    cache.aim({"a": Target(quota=3), "unknown": Target(quota=5)})

    assert [3, None] == [one.reservoir.quota for one in cache.rules]


def test_a_refresh_is_never_seen_half_done() -> None:
    """Requests that come while rules are replaced always find the right one."""
    cache = RuleCache()
    cache.last_updated = 1000
    cache.load([default(), rule("first")])
    done = Event()
    found: set[str | None] = set()

    def ask() -> None:
        while not done.is_set():
            found.add(matched(cache, Request(path="/")))

    thread = Thread(target=ask)
    thread.start()
    for _ in range(500):
        cache.load([default(), *(rule(f"r{number}", 9) for number in range(20)), rule("first")])
    done.set()
    thread.join()

    assert {"first"} == found


def test_restarting_keeps_the_rules() -> None:
    """A forked process decides by the same rules at once, without a quota of its parent's."""
    cache = RuleCache()
    cache.last_updated = 1000
    cache.load([default()])
    cache.rules[0].aim(Target(quota=3, expires=2000))
    cache.restart()

    assert "Default" == matched(cache, Request())
    assert None is cache.rules[0].reservoir.quota
