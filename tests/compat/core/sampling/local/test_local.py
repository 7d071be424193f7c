from __future__ import annotations

import time
from typing import Any

import pytest

from tests.compat.core.loading import core

DEFAULT = {"fixed_target": 1, "rate": 0}
RULE = {"host": "*", "http_method": "GET", "url_path": "/a*", "fixed_target": 0, "rate": 1}


def document(*rules: dict[str, Any], version: int = 2) -> dict[str, Any]:
    """Return a document of local rules."""
    return {"version": version, "default": DEFAULT, "rules": list(rules)}


def invalid() -> type[Exception]:
    """Return the exception for rules that cannot be used."""
    error: type[Exception] = core("exceptions.exceptions").InvalidSamplingManifestError
    return error


@pytest.fixture
def clock(alias: None, monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Stop the time; its only member is the present."""
    now = [1000.5]
    monkeypatch.setattr(time, "time", lambda: now[0])
    return now


def test_a_reservoir_counts_seconds(clock: list[float]) -> None:
    """As many as it has in each second of the system's clock."""
    reservoir = core("sampling.local.reservoir").Reservoir(2)

    taken = [reservoir.take() for _ in range(3)]
    clock[0] += 1

    assert [True, True, False, True] == [*taken, reservoir.take()]
    assert (2, 1, 1001) == (
        reservoir.traces_per_sec,
        reservoir.used_this_sec,
        reservoir.this_sec,
    )


def test_a_reservoir_has_nothing_by_default(clock: list[float]) -> None:
    """The size is optional."""
    assert not core("sampling.local.reservoir").Reservoir().take()


def test_a_sampler_decides_by_its_rules(clock: list[float]) -> None:
    """The first rule for a request decides, else the default; None is for the default."""
    sampler = core("sampling.local.sampler").LocalSampler(document(RULE))

    assert [True, True] == [sampler.should_trace({"method": "get", "path": "/A"}) for _ in "12"]
    assert [True, False] == [sampler.should_trace({"method": "PUT"}) for _ in "12"]
    assert not sampler.should_trace()
    assert sampler.should_trace({})


def test_a_sampler_has_rules_without_being_given_any(clock: list[float]) -> None:
    """One request a second and a twentieth of the others, from a document that can be changed."""
    module = core("sampling.local.sampler")

    assert {
        "version": 2,
        "default": {"fixed_target": 1, "rate": 0.05},
        "rules": [],
    } == module.local_sampling_rule
    assert (1, 2) == module.SUPPORTED_RULE_VERSION
    assert module.LocalSampler().should_trace({"host": "h"})


def test_other_rules_can_be_loaded(clock: list[float]) -> None:
    """They replace the former ones; those that cannot be used replace nothing."""
    sampler = core("sampling.local.sampler").LocalSampler(document())
    sampler.load_local_rules(document(RULE))
    with pytest.raises(invalid(), match="version 3"):
        sampler.load_local_rules({"version": 3})

    assert [True, True] == [sampler.should_trace({"path": "/a"}) for _ in "12"]


@pytest.mark.parametrize(
    "rules",
    [
        {"default": DEFAULT},
        {"version": 2},
        {"version": 1, "default": {**DEFAULT, "service_name": "*"}},
        document({**RULE, "rate": -1}),
        document({**RULE, "fixed_target": -1}),
        document({**RULE, "url_path": ""}),
        document(RULE, version=1),
    ],
)
def test_rules_that_cannot_be_used(alias: None, rules: dict[str, Any]) -> None:
    """The exception is the X-Ray SDK's own."""
    with pytest.raises(invalid()):
        core("sampling.local.sampler").LocalSampler(rules)


@pytest.mark.parametrize("member", ["rate", "fixed_target"])
@pytest.mark.parametrize("value", [None, "1"])
def test_numbers_that_are_none(alias: None, member: str, value: object) -> None:
    """Difference: the original raises TypeError, which says nothing about sampling rules."""
    with pytest.raises(invalid(), match=f"{member} is {value!r}"):
        core("sampling.local.sampling_rule").SamplingRule({**RULE, member: value})


def test_a_rule_tells_what_it_is(alias: None) -> None:
    """Difference: the original has no version and raises AttributeError when asked for it."""
    rule = core("sampling.local.sampling_rule").SamplingRule(
        {"service_name": "h", "http_method": "m", "url_path": "/", "fixed_target": 2, "rate": 0.5},
        1,
    )

    assert (2, 0.5, "h", "m", "/", 1) == (
        rule.fixed_target,
        rule.rate,
        rule.host,
        rule.method,
        rule.path,
        rule.version,
    )
    assert 2 == rule.reservoir.traces_per_sec


@pytest.mark.parametrize(
    ("request_", "expected"),
    [
        (("name", "GET", "/api/move/up"), True),
        ((None, "GET", "/api/move/up"), True),
        (("name", None, "/api/move/up"), True),
        (("name", "GET", None), True),
        ((None, "GET", "/root"), False),
        (("name", "PUT", "/api/move/up"), False),
    ],
)
def test_a_rule_is_for_some_requests(
    alias: None, request_: tuple[str | None, ...], expected: bool
) -> None:
    """What is not known of a request matches."""
    rule = core("sampling.local.sampling_rule").SamplingRule({**RULE, "url_path": "/api/move/*"})

    assert expected is rule.applies(*request_)


def test_the_default_rule_has_no_patterns(alias: None) -> None:
    """It is for requests of which nothing is known; a sampler does not ask it."""
    rule = core("sampling.local.sampling_rule").SamplingRule(DEFAULT, default=True)

    assert (None, None, None) == (rule.host, rule.method, rule.path)
    assert rule.applies(None, None, None)
    assert not rule.applies(None, "GET", None)
