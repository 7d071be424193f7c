"""
What clients report of sampling: how many requests, and how traces ended.

It is read leniently: some clients spell members otherwise, or send more of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple, cast

from otel_xray.console.receive.sampling_rules import Members

_MOST = 1 << 31  # the model's integers


class Statistic(NamedTuple):
    """What a client reports of a rule."""

    rule: str
    client: str
    requests: int
    borrowed: int
    sampled: int


class Ends(NamedTuple):
    """What a client reports of how traces ended."""

    rule: str
    total: int
    anomalies: int
    recorded: int


def statistics(body: Members) -> list[Statistic]:
    """Return what is reported; what makes no sense counts as nothing."""
    return [
        Statistic(
            _name(one, "RuleName"),
            _name(one, "ClientID"),
            _count(one, "RequestCount"),
            _count(one, "BorrowCount"),
            _count(one, "SampledCount", "SampleCount"),  # the latter by AWS's distribution
        )
        for one in _documents(body.get("SamplingStatisticsDocuments"))
    ]


def ends(body: Members) -> list[Ends]:
    """Return what is reported of how traces ended."""
    return [
        Ends(
            _name(one, "RuleName"),
            _count(one, "TotalCount"),
            _count(one, "AnomalyCount"),
            _count(one, "SampledAnomalyCount"),
        )
        for one in _documents(body.get("SamplingBoostStatisticsDocuments"))
    ]


def _documents(value: object) -> Iterator[Members]:
    if isinstance(value, Sequence) and not isinstance(value, str):
        for one in cast("Sequence[object]", value):
            if isinstance(one, Mapping):
                yield cast("Members", one)


def _name(told: Members, member: str) -> str:
    value = told.get(member)
    return value if isinstance(value, str) else ""


def _count(told: Members, *names: str) -> int:
    found = (told.get(name) for name in names)
    value = next((one for one in found if isinstance(one, (int, float))), 0)
    return int(value) if 0 <= value < _MOST else 0
