"""
X-Ray's two operations for sampling, and what their answers mean.

The seam has the shape of boto3's ``xray`` client, so one of those does where requests are to be
signed. Answers are read leniently: what is missing, unknown or of another shape is left out.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from typing import Any, NamedTuple, Protocol, TypeAlias, TypeGuard, cast

from otel_xray.sampling.boost import Boost, BoostCounts, BoostLimit
from otel_xray.sampling.central import CentralRule, Target
from otel_xray.sampling.rule import Rule
from otel_xray.sampling.statistics import Counts

Answer: TypeAlias = Mapping[str, Any]

DOCUMENTS_A_CALL = 25  # as many as GetSamplingTargets takes
_LONGEST_SERVICE_NAME = 64
PAGES = 100  # of rules; an account has a few dozen


class SamplingService(Protocol):
    """X-Ray, or what stands between it and us."""

    def get_sampling_rules(self, **arguments: str) -> Answer:
        """Return a page of the rules; ``NextToken`` asks for another than the first."""
        ...

    def get_sampling_targets(
        self,
        *,
        SamplingStatisticsDocuments: Sequence[Answer],  # noqa: N803  as boto3 calls it
        **more: Sequence[Answer],
    ) -> Answer:
        """
        Report statistics, and return what is aimed at.

        Args:
            SamplingStatisticsDocuments: of rules.
            **more: ``SamplingBoostStatisticsDocuments``, where a rule can be boosted.
        """
        ...


class Report(NamedTuple):
    """
    What X-Ray answers to statistics.

    Attributes:
        targets: by the rules' names.
        modified: seconds since the epoch at which a rule was changed last; 0 when not said.
    """

    targets: Mapping[str, Target]
    modified: float


def fetch_rules(service: SamplingService) -> list[Rule]:
    """Return X-Ray's rules, but those that cannot be understood."""
    return [
        rule
        for page in _pages(service)
        for record in _objects(page.get("SamplingRuleRecords"))
        if (rule := _rule(record.get("SamplingRule"))) is not None
    ]


def report(
    service: SamplingService,
    rules: Sequence[CentralRule],
    client_id: str,
    now: float,
    name: str = "",
) -> Report:
    """
    Tell X-Ray the statistics of *rules*, which begin again from nothing.

    Statistics that did not get through are told the next time.

    Args:
        service: whom to tell.
        rules: some of them may have nothing to tell.
        client_id: 24 hexadecimal digits that no other process has.
        now: seconds since the epoch.
        name: of the service that decides.
    """
    targets: dict[str, Target] = {}
    modified = 0.0
    for first in range(0, len(rules), DOCUMENTS_A_CALL):
        some = _Taken(rules[first : first + DOCUMENTS_A_CALL])
        answer = some.exchange(service, client_id, now, name)
        targets.update(_targets(answer))
        modified = max(modified, seconds(answer.get("LastRuleModification")) or 0)
    return Report(targets, modified)


def seconds(value: object) -> float | None:
    """Return a time as seconds since the epoch, from those or from a datetime; else None."""
    if _is_number(value):
        return value
    timestamp: Callable[[], float] | None = getattr(value, "timestamp", None)
    return timestamp and timestamp()


def _pages(service: SamplingService) -> Iterator[Answer]:
    page = service.get_sampling_rules()
    yield page
    for _ in range(PAGES):
        token = page.get("NextToken")
        if not token:
            return
        page = service.get_sampling_rules(NextToken=token)
        yield page


class _Taken:
    """Statistics on their way; what does not arrive is given back."""

    def __init__(self, rules: Sequence[CentralRule]) -> None:
        self._counted = [(rule, rule.statistics.take()) for rule in rules]
        self._ended = [
            (rule, rule.boost_statistics.take())
            for rule in rules
            if rule.boost_statistics.counts.total
        ]

    def exchange(self, service: SamplingService, client_id: str, now: float, name: str) -> Answer:
        """Send them, and return the answer."""
        documents = [_document(rule.rule.name, n, client_id, now) for rule, n in self._counted]
        ended = [_boost_document(rule.rule.name, n, name, now) for rule, n in self._ended]
        more = {"SamplingBoostStatisticsDocuments": ended} if ended else {}
        try:
            answer = service.get_sampling_targets(SamplingStatisticsDocuments=documents, **more)
        except Exception:
            self._give_back(_EVERY, _EVERY)
            raise
        self._give_back(
            _failed(answer.get("UnprocessedStatistics")),
            _failed(answer.get("UnprocessedBoostStatistics")),
        )
        return answer

    def _give_back(self, counted: Container[object], ended: Container[object]) -> None:
        """Count again what was taken of the rules of these names."""
        for rule, counts in self._counted:
            if rule.rule.name in counted:
                rule.statistics.add(*counts)
        for rule, ends in self._ended:
            if rule.rule.name in ended:
                rule.boost_statistics.add(*ends)


class _Every:
    """The names of all rules."""

    def __contains__(self, name: object) -> bool:
        return True


_EVERY = _Every()


def _document(name: str, counts: Counts, client_id: str, now: float) -> Answer:
    return {
        "RuleName": name,
        "ClientID": client_id,
        "RequestCount": counts.requests,
        "BorrowCount": counts.borrowed,
        "SampledCount": counts.sampled,
        "Timestamp": int(now),
    }


def _boost_document(name: str, counts: BoostCounts, service: str, now: float) -> Answer:
    return {
        "RuleName": name,
        "ServiceName": service[:_LONGEST_SERVICE_NAME],
        "Timestamp": int(now),
        "AnomalyCount": counts.anomalies,
        "TotalCount": counts.total,
        "SampledAnomalyCount": counts.recorded,
    }


def _failed(unprocessed: object) -> set[object]:
    """Return the rules whose statistics X-Ray could not take for a reason of its own."""
    return {
        one.get("RuleName")
        for one in _objects(unprocessed)
        if str(one.get("ErrorCode")).startswith("5")
    }


def _targets(answer: Answer) -> Iterator[tuple[str, Target]]:
    for one in _objects(answer.get("SamplingTargetDocuments")):
        name = one.get("RuleName")
        if isinstance(name, str):
            yield (
                name,
                Target(
                    _number(one.get("FixedRate")),
                    _number(one.get("ReservoirQuota")),
                    seconds(one.get("ReservoirQuotaTTL")),
                    _number(one.get("Interval")),
                    _boost(one.get("SamplingBoost")),
                ),
            )


def _boost(value: object) -> Boost | None:
    for one in _objects([value]):
        rate, expires = _number(one.get("BoostRate")), seconds(one.get("BoostRateTTL"))
        if rate is not None and expires is not None:
            return Boost(rate, expires)
    return None


def _boost_limit(value: object) -> BoostLimit | None:
    for one in _objects([value]):
        rate, cooldown = _number(one.get("MaxRate")), _number(one.get("CooldownWindowMinutes"))
        if rate is not None:
            return BoostLimit(rate, cooldown or 0)
    return None


_TEXTS = {
    "name": "RuleName",
    "host": "Host",
    "method": "HTTPMethod",
    "path": "URLPath",
    "service": "ServiceName",
    "service_type": "ServiceType",
    "resource_arn": "ResourceARN",
}
_NUMBERS = {"priority": "Priority", "rate": "FixedRate", "reservoir_size": "ReservoirSize"}


def _rule(record: object) -> Rule | None:
    """Return the rule of a record; None when it is of another version or incomplete."""
    if not isinstance(record, Mapping):
        return None
    members = cast("Answer", record)
    texts = {ours: members.get(theirs) for ours, theirs in _TEXTS.items()}
    numbers = {ours: members.get(theirs) for ours, theirs in _NUMBERS.items()}
    attributes: object = members.get("Attributes") or {}
    complete = (
        members.get("Version") == 1
        and all(text and isinstance(text, str) for text in texts.values())
        and all(map(_is_number, numbers.values()))
        and isinstance(attributes, Mapping)
        and all(isinstance(pattern, str) for pattern in cast("Answer", attributes).values())
    )
    if not complete:
        return None
    boost = _boost_limit(members.get("SamplingRateBoost"))
    fields: dict[str, Any] = {**texts, **numbers, "attributes": attributes, "boost": boost}
    return Rule(**fields)


def _objects(value: object) -> list[Answer]:
    if not isinstance(value, (list, tuple)):
        return []
    members = cast("list[object]", value)
    return [cast("Answer", one) for one in members if isinstance(one, Mapping)]


def _number(value: object) -> float | None:
    return value if _is_number(value) else None


def _is_number(value: object) -> TypeGuard[float]:
    return isinstance(value, (int, float)) and not isinstance(value, bool)
