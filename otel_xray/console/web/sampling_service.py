"""
X-Ray's central sampling for one machine: rules, quotas, boosts.

Rules and statistics are kept; who reports at present is known only here, and is told again within
ten seconds after a restart.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from math import ceil
from threading import Lock
from typing import Any, TypeAlias

from otel_xray.console.query.quotas import ACTIVE_SECONDS, shares
from otel_xray.console.receive.sampling_reports import Ends, Statistic, ends, statistics
from otel_xray.console.receive.sampling_rules import (
    DEFAULT,
    InvalidRequest,
    Members,
    RuleLimitExceeded,
    SamplingRule,
    kept_rule,
    new_rule,
    rule_name,
    rule_update,
    updated,
)
from otel_xray.console.store.sampling import SamplingStore, StoredRule

Answer: TypeAlias = dict[str, Any]

MOST_RULES = 25  # beside the Default one
INTERVAL = 10  # seconds between two reports of a client
QUOTA_SECONDS = 300
BOOST_SECONDS = 60
SUMMARY_SECONDS = 1800


@dataclass(slots=True)
class _Client:
    """Who reports a rule: when last, and how many requests a second it had."""

    reported: float
    demand: int


@dataclass(slots=True)
class _Known:
    """What is known of a rule while the console runs."""

    clients: dict[str, _Client] = field(default_factory=dict[str, _Client])
    boosted: float = float("-inf")  # when its boost began


class SamplingService:
    """Answers the operations. Safe to use from any thread."""

    def __init__(self, store: SamplingStore, clock: Callable[[], float] = time.time) -> None:
        """
        Begin with the rules of *store*.

        Args:
            store: keeps rules and statistics.
            clock: seconds since the epoch.
        """
        self._store = store
        self._clock = clock
        self._lock = Lock()
        self._known: dict[str, _Known] = {}
        self._operations: Mapping[str, Callable[[Members], Answer]] = {
            "/CreateSamplingRule": self._create,
            "/DeleteSamplingRule": self._delete,
            "/GetSamplingRules": self._rules,
            "/SamplingStatisticSummaries": self._summaries,
            "/SamplingTargets": self._targets,
            "/UpdateSamplingRule": self._update,
        }

    @property
    def paths(self) -> tuple[str, ...]:
        """Paths of the operations."""
        return tuple(self._operations)

    def answer(self, path: str, body: Members) -> Answer:
        """
        Answer the operation at *path*.

        Raises:
            InvalidRequest: X-Ray would refuse it.
            StoreUnavailable: the database cannot be used.
        """
        with self._lock:
            return self._operations[path](body)

    def _rules(self, body: Members) -> Answer:  # noqa: ARG002  there is one page only
        stored = self._stored()
        names = [*sorted(name for name in stored if name != DEFAULT), DEFAULT]
        return {"SamplingRuleRecords": [_record(stored[name]) for name in names], "NextToken": None}

    def _create(self, body: Members) -> Answer:
        rule = new_rule(body)
        stored = self._stored()
        if rule.name in stored:
            msg = f"A sampling rule {rule.name!r} exists already; update it."
            raise InvalidRequest(msg)
        if len(stored) > MOST_RULES:
            msg = f"There are {MOST_RULES} sampling rules already; delete one."
            raise RuleLimitExceeded(msg)
        now = self._clock()
        return self._keep(rule, now, now)

    def _update(self, body: Members) -> Answer:
        told = rule_update(body)
        before = self._found(told)
        return self._keep(updated(kept_rule(before.body), told), before.created, self._clock())

    def _delete(self, body: Members) -> Answer:
        before = self._found(body)
        if before.name == DEFAULT:
            msg = "The Default rule cannot be deleted."
            raise InvalidRequest(msg)
        self._store.delete(before.name, self._clock())
        self._known.pop(before.name, None)
        return {"SamplingRuleRecord": _record(before)}

    def _keep(self, rule: SamplingRule, created: float, modified: float) -> Answer:
        kept = StoredRule(rule.name, rule.document(), created, modified)
        self._store.put(kept)
        return {"SamplingRuleRecord": _record(kept)}

    def _targets(self, body: Members) -> Answer:
        rules = {name: kept_rule(rule.body) for name, rule in self._stored().items()}
        now = self._clock()
        told, ended = statistics(body), ends(body)
        known = [one for one in told if one.rule in rules]
        for one in known:
            self._hear(one, now)
        for end in ended:
            if end.rule in rules:
                self._consider(rules[end.rule], end, now)
        self._store.count([(one.rule, *one[2:]) for one in known], now)
        return {
            "SamplingTargetDocuments": [self._target(rules[o.rule], o.client, now) for o in known],
            "LastRuleModification": self._store.modified(),
            "UnprocessedStatistics": _unprocessed(told, rules),
            "UnprocessedBoostStatistics": _unprocessed(ended, rules),
        }

    def _hear(self, told: Statistic, now: float) -> None:
        known = self._known.setdefault(told.rule, _Known())
        before = known.clients.get(told.client)
        elapsed = INTERVAL if before is None else now - before.reported
        demand = ceil(told.requests / max(elapsed, 1))
        known.clients[told.client] = _Client(now, demand)
        for client in [one for one, at in known.clients.items() if not _is_active(at, now)]:
            del known.clients[client]

    def _consider(self, rule: SamplingRule, told: Ends, now: float) -> None:
        """Boost *rule* where traces that went wrong were missed, unless it was just boosted."""
        known = self._known.setdefault(rule.name, _Known())
        if rule.boost is None or told.anomalies <= told.recorded:
            return
        if now - known.boosted >= max(rule.boost.cooldown * 60, BOOST_SECONDS):
            known.boosted = now

    def _target(self, rule: SamplingRule, client: str, now: float) -> Answer:
        known = self._known[rule.name]
        demands = {name: one.demand for name, one in known.clients.items()}
        target: Answer = {
            "RuleName": rule.name,
            "FixedRate": rule.rate,
            "ReservoirQuota": shares(rule.reservoir, demands)[client],
            "ReservoirQuotaTTL": now + QUOTA_SECONDS,
            "Interval": INTERVAL,
        }
        end = known.boosted + BOOST_SECONDS
        if rule.boost is not None and now < end:
            target["SamplingBoost"] = {"BoostRate": rule.boost.max_rate, "BoostRateTTL": end}
        return target

    def _summaries(self, body: Members) -> Answer:  # noqa: ARG002  there is one page only
        windows = self._store.windows(self._clock() - SUMMARY_SECONDS)
        summaries = [
            {
                "RuleName": one.rule,
                "Timestamp": float(one.start),
                "RequestCount": one.requests,
                "BorrowCount": one.borrowed,
                "SampledCount": one.sampled,
            }
            for one in windows
        ]
        return {"SamplingStatisticSummaries": summaries, "NextToken": None}

    def _stored(self) -> dict[str, StoredRule]:
        stored = {rule.name: rule for rule in self._store.rules()}
        stored.setdefault(DEFAULT, StoredRule(DEFAULT, SamplingRule(DEFAULT).document(), 0.0, 0.0))
        return stored

    def _found(self, told: Members) -> StoredRule:
        name = rule_name(told)
        found = self._stored().get(name)
        if found is None:
            msg = f"There is no sampling rule {name!r:.80}."
            raise InvalidRequest(msg)
        return found


def _is_active(client: _Client, now: float) -> bool:
    # a clock that was set back must not keep a client for ever
    return abs(now - client.reported) <= ACTIVE_SECONDS


def _record(stored: StoredRule) -> Answer:
    return {
        "SamplingRule": dict(stored.body),
        "CreatedAt": stored.created,
        "ModifiedAt": stored.modified,
    }


def _unprocessed(
    told: list[Statistic] | list[Ends], rules: Mapping[str, SamplingRule]
) -> list[Answer]:
    return [
        {"RuleName": one.rule, "ErrorCode": "400", "Message": "Unknown rule"}
        for one in told
        if one.rule not in rules
    ]
