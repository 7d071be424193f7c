"""
Sampling rules as X-Ray's API takes them.

The limits are those of the service's model (``SamplingRule``, ``SamplingRuleUpdate``).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple, TypeAlias, TypeGuard, cast

Members: TypeAlias = Mapping[str, Any]

DEFAULT = "Default"
ARN_PREFIX = "arn:aws:xray:us-east-1:000000000000:sampling-rule/"
LAST_PRIORITY = 10_000

_SHOWN = 80
_MOST = 1 << 31


class InvalidRequest(Exception):
    """
    A request that X-Ray refuses.

    Attributes:
        kind: the name of the exception in clients.
    """

    kind = "InvalidRequestException"


class RuleLimitExceeded(InvalidRequest):
    """There are as many rules as there may be."""

    kind = "RuleLimitExceededException"


class BoostLimit(NamedTuple):
    """How far a rule's rate may be raised, and how many minutes lie between two times."""

    max_rate: float
    cooldown: int


@dataclass(frozen=True, slots=True)
class SamplingRule:
    """A rule, as X-Ray describes it."""

    name: str
    priority: int = LAST_PRIORITY
    rate: float = 0.05
    reservoir: int = 1
    service: str = "*"
    service_type: str = "*"
    host: str = "*"
    method: str = "*"
    path: str = "*"
    arn: str = "*"
    attributes: Mapping[str, str] = field(default_factory=dict[str, str])
    boost: BoostLimit | None = None

    def document(self) -> dict[str, Any]:
        """Return the rule as the API has it."""
        told: dict[str, Any] = {name: getattr(self, known.name) for name, known in MEMBERS.items()}
        told |= {"RuleName": self.name, "RuleARN": f"{ARN_PREFIX}{self.name}", "Version": 1}
        told["Attributes"] = dict(self.attributes)
        if self.boost is not None:
            told["SamplingRateBoost"] = {
                "MaxRate": self.boost.max_rate,
                "CooldownWindowMinutes": self.boost.cooldown,
            }
        return told


class Member(NamedTuple):
    """
    A member of a rule.

    Attributes:
        name: of the field.
        says: what it may be; for people.
        accepts: whether a value is that.
    """

    name: str
    says: str
    accepts: Callable[[object], bool]


def _text(longest: int) -> Callable[[object], bool]:
    return lambda value: isinstance(value, str) and len(value) <= longest


def _is_number(value: object) -> TypeGuard[float]:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _is_whole(value: object) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_rate(value: object) -> bool:
    return _is_number(value) and 0 <= value <= 1


def _is_attributes(value: object) -> bool:
    if not isinstance(value, Mapping):
        return False
    pairs = cast("Members", value).items()
    return all(isinstance(one, str) and 0 < len(one) <= 32 for pair in pairs for one in pair)  # noqa: PLR2004  the model's


def _is_priority(value: object) -> bool:
    return _is_whole(value) and 1 <= value < LAST_PRIORITY


def _is_reservoir(value: object) -> bool:
    return _is_whole(value) and 0 <= value < _MOST


MEMBERS: Mapping[str, Member] = {
    "Priority": Member("priority", "a whole number from 1 to 9999", _is_priority),
    "FixedRate": Member("rate", "a number from 0 to 1", _is_rate),
    "ReservoirSize": Member("reservoir", "a whole number, 0 or more", _is_reservoir),
    "ServiceName": Member("service", "a text of at most 64 characters", _text(64)),
    "ServiceType": Member("service_type", "a text of at most 64 characters", _text(64)),
    "Host": Member("host", "a text of at most 64 characters", _text(64)),
    "HTTPMethod": Member("method", "a text of at most 10 characters", _text(10)),
    "URLPath": Member("path", "a text of at most 128 characters", _text(128)),
    "ResourceARN": Member("arn", "a text of at most 500 characters", _text(500)),
    "Attributes": Member("attributes", "pairs of texts of 1 to 32 characters", _is_attributes),
}
_OPTIONAL = frozenset({"Attributes"})
# What may be changed of the rule that is for everything.
_OF_DEFAULT = frozenset({"FixedRate", "ReservoirSize", "SamplingRateBoost"})


def new_rule(body: Members) -> SamplingRule:
    """
    Read ``CreateSamplingRule``.

    Raises:
        InvalidRequest: it says too little, too much, or something that cannot be.
    """
    told = _object(body, "SamplingRule")
    name = rule_name(told)
    if not 1 <= len(name) <= 32:  # noqa: PLR2004  the model's
        msg = f"RuleName is {name!r:.{_SHOWN}}; it must have 1 to 32 characters."
        raise InvalidRequest(msg)
    missing = [member for member in MEMBERS if member not in _OPTIONAL and told.get(member) is None]
    if missing:
        msg = f"SamplingRule has no {missing[0]}."
        raise InvalidRequest(msg)
    if told.get("Version") != 1:
        msg = f"Version is {told.get('Version')!r:.{_SHOWN}}; it must be 1."
        raise InvalidRequest(msg)
    return replace(SamplingRule(name), **_changes(told))


def updated(rule: SamplingRule, told: Members) -> SamplingRule:
    """
    Return *rule* as ``SamplingRuleUpdate`` changes it.

    Raises:
        InvalidRequest: it says something that cannot be, or changes what may not be changed.
    """
    given = {name for name in (*MEMBERS, "SamplingRateBoost") if told.get(name) is not None}
    if rule.name == DEFAULT and given - _OF_DEFAULT:
        changed = min(given - _OF_DEFAULT)
        msg = f"{changed} of the Default rule cannot be changed; FixedRate and ReservoirSize can."
        raise InvalidRequest(msg)
    return replace(rule, **_changes(told))


def kept_rule(document: Members) -> SamplingRule:
    """Return the rule whose `SamplingRule.document` was kept."""
    told = {name: value for name, value in document.items() if name != "Priority"}
    rule = SamplingRule(document["RuleName"], document["Priority"])  # the Default one's is its own
    return replace(rule, **_changes(told))


def rule_update(body: Members) -> Members:
    """Return the ``SamplingRuleUpdate`` of a request."""
    return _object(body, "SamplingRuleUpdate")


def rule_name(told: Members) -> str:
    """
    Return the name of the rule that a request is about.

    Raises:
        InvalidRequest: neither the name nor the ARN is there, or both are, or it is no rule's.
    """
    name, arn = (_given_text(told, member) for member in ("RuleName", "RuleARN"))
    if (name is None) is (arn is None):
        msg = "Write either RuleName or RuleARN."
        raise InvalidRequest(msg)
    if name is not None:
        return name
    prefix, found, last = str(arn).partition(":sampling-rule/")
    if not found or not prefix.startswith("arn:") or not last:
        msg = f"RuleARN is {arn!r:.{_SHOWN}}; it is no sampling rule's."
        raise InvalidRequest(msg)
    return last


def _given_text(told: Members, member: str) -> str | None:
    value = told.get(member)
    if value is not None and not isinstance(value, str):
        msg = f"{member} is {value!r:.{_SHOWN}}; it must be a text."
        raise InvalidRequest(msg)
    return value or None


def _changes(told: Members) -> dict[str, Any]:
    changes: dict[str, Any] = {"boost": _boost(told.get("SamplingRateBoost"))}
    for name, member in MEMBERS.items():
        value = told.get(name)
        if value is None:
            continue
        if not member.accepts(value):
            msg = f"{name} is {value!r:.{_SHOWN}}; it must be {member.says}."
            raise InvalidRequest(msg)
        changes[member.name] = value
    return changes


def _boost(told: object) -> BoostLimit | None:
    if told is None:
        return None
    members: Members = cast("Members", told) if isinstance(told, Mapping) else {}
    rate, cooldown = members.get("MaxRate"), members.get("CooldownWindowMinutes")
    if not _is_rate(rate) or not _is_whole(cooldown) or cooldown < 0:
        msg = (
            f"SamplingRateBoost is {told!r:.{_SHOWN}}; it must have a MaxRate from 0 to 1 and "
            "whole CooldownWindowMinutes."
        )
        raise InvalidRequest(msg)
    return BoostLimit(cast("float", rate), cooldown)


def _object(body: Members, member: str) -> Members:
    found = body.get(member)
    if not isinstance(found, Mapping):
        msg = f"{member} is {found!r:.{_SHOWN}}; it must be an object."
        raise InvalidRequest(msg)
    return cast("Members", found)
