from __future__ import annotations

from threading import Lock

from otel_xray.sampling.local import LocalRules
from otel_xray.sampling.manifest import DEFAULT_DOCUMENT, parse
from otel_xray.sampling.rule import Request
from tests.sampling.test_reservoir import in_threads

DOCUMENT = {
    "version": 2,
    "default": {"fixed_target": 1, "rate": 0},
    "rules": [
        {"host": "*", "http_method": "*", "url_path": "/all", "fixed_target": 0, "rate": 1},
        {"host": "*", "http_method": "*", "url_path": "/a*", "fixed_target": 2, "rate": 0},
    ],
}


def rules(draw: float = 0.5) -> LocalRules:
    """Return the rules of the document, with chance as given."""
    return LocalRules(parse(DOCUMENT), lambda: draw)


def test_the_first_rule_that_matches_decides() -> None:
    """The order of the document counts; what no rule is for is the default's."""
    local = rules()

    assert [True] * 5 == [local.decide(Request(path="/all"), 1000) for _ in range(5)]
    assert [True, True, False] == [local.decide(Request(path="/a"), 1000) for _ in range(3)]
    assert [True, False] == [local.decide(Request(path="/b"), 1000) for _ in range(2)]


def test_nothing_known_is_not_no_request() -> None:
    """A request of which nothing is known is for the first rule, no request for the default."""
    local = rules()

    assert [True, True] == [local.decide(Request(), 1000) for _ in range(2)]
    assert [True, False] == [local.decide(None, 1000) for _ in range(2)]


def test_beyond_the_reservoir_the_rate_decides() -> None:
    """Chance below the rate records, chance at the rate does not."""
    manifest = parse({"version": 2, "default": {"fixed_target": 0, "rate": 0.25}})
    draws = iter((0.0, 0.249, 0.25, 0.9))
    local = LocalRules(manifest, lambda: next(draws))

    assert [True, True, False, False] == [local.decide(None, 1000) for _ in range(4)]


def test_the_default_document_by_real_chance() -> None:
    """One a second, and about a twentieth of the others."""
    local = LocalRules(parse(DEFAULT_DOCUMENT))

    recorded = sum(local.decide(Request("h"), 1000) for _ in range(20_001))

    assert 800 < recorded < 1200


def test_threads_get_the_reservoir_once() -> None:
    """Eight threads at once record as many as the reservoir has."""
    local, lock, recorded = rules(), Lock(), 0

    def ask() -> None:
        nonlocal recorded
        found = sum(local.decide(Request(path="/a"), 1000) for _ in range(100))
        with lock:
            recorded += found

    in_threads(ask)

    assert 2 == recorded


def test_restarting_fills_the_reservoirs() -> None:
    """A forked process has a second of its own."""
    local = rules()
    local.decide(None, 1000)
    local.restart()

    assert local.decide(None, 1000)
