"""
X-Ray's two operations for sampling, and what their answers mean.

The seam has the shape of boto3's ``xray`` client, so one of those does where requests are to be
signed. Answers are read leniently: what is missing, unknown or of another shape is left out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple, Protocol, TypeAlias, TypeGuard, cast

from otel_xray.sampling.central import CentralRule, Target
from otel_xray.sampling.rule import Rule
from otel_xray.sampling.statistics import Counts

Answer: TypeAlias = Mapping[str, Any]

DOCUMENTS_A_CALL = 25  # as many as GetSamplingTargets takes
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
    ) -> Answer:
        """Report statistics, and return what is aimed at."""
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
    service: SamplingService, rules: Sequence[CentralRule], client_id: str, now: float
) -> Report:
    """
    Tell X-Ray the statistics of *rules*, which begin again from nothing.

    Statistics that did not get through are told the next time.

    Args:
        service: whom to tell.
        rules: some of them may have nothing to tell.
        client_id: 24 hexadecimal digits that no other process has.
        now: seconds since the epoch.
    """
    targets: dict[str, Target] = {}
    modified = 0.0
    for first in range(0, len(rules), DOCUMENTS_A_CALL):
        answer = _exchange(service, rules[first : first + DOCUMENTS_A_CALL], client_id, now)
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


def _exchange(
    service: SamplingService, rules: Sequence[CentralRule], client_id: str, now: float
) -> Answer:
    taken = [(rule, rule.statistics.take()) for rule in rules]
    documents = [_document(rule.rule.name, counts, client_id, now) for rule, counts in taken]
    try:
        answer = service.get_sampling_targets(SamplingStatisticsDocuments=documents)
    except Exception:
        for rule, counts in taken:
            rule.statistics.add(*counts)
        raise
    failed = _failed(answer)
    for rule, counts in taken:
        if rule.rule.name in failed:
            rule.statistics.add(*counts)
    return answer


def _document(name: str, counts: Counts, client_id: str, now: float) -> Answer:
    return {
        "RuleName": name,
        "ClientID": client_id,
        "RequestCount": counts.requests,
        "BorrowCount": counts.borrowed,
        "SampledCount": counts.sampled,
        "Timestamp": int(now),
    }


def _failed(answer: Answer) -> set[object]:
    """Return the rules whose statistics X-Ray could not take for a reason of its own."""
    return {
        one.get("RuleName")
        for one in _objects(answer.get("UnprocessedStatistics"))
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
                ),
            )


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
    fields: dict[str, Any] = {**texts, **numbers, "attributes": attributes}
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
