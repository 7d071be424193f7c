"""
Local rules: the X-Ray SDKs' JSON document of them, in its versions 1 and 2.

Developer guide, "Sampling rules" of the SDK for Python::

    {"version": 2, "default": {"fixed_target": 1, "rate": 0.05},
     "rules": [{"host": "*", "http_method": "*", "url_path": "/api/move/*",
                "fixed_target": 0, "rate": 0.05}]}

Version 1 has ``service_name`` for ``host``, and means the host by it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple, cast

from otel_xray.errors import ConfigurationError
from otel_xray.sampling.rule import DEFAULT, Rule

HOST_KEYS: Mapping[int, str] = {1: "service_name", 2: "host"}
METHOD, PATH, FIXED_TARGET, RATE = "http_method", "url_path", "fixed_target", "rate"

# One request a second, and a twentieth of the others.
DEFAULT_DOCUMENT: Mapping[str, Any] = {
    "version": 2,
    "default": {FIXED_TARGET: 1, RATE: 0.05},
    "rules": [],
}


class Manifest(NamedTuple):
    """
    Local rules.

    Attributes:
        rules: the first that is for a request decides.
        default: decides when none is.
    """

    rules: tuple[Rule, ...]
    default: Rule


def parse(document: object) -> Manifest:
    """
    Read the rules.

    Args:
        document: the JSON document, decoded; members that have no meaning are ignored.

    Raises:
        ConfigurationError: it is none, or a rule in it is incomplete or contradicts itself.
    """
    members = _mapping(document, "Sampling rules")
    version = members.get("version")
    _host_key(version)
    if "default" not in members:
        msg = 'Sampling rules have no "default"; add {"fixed_target": 1, "rate": 0.05}.'
        raise ConfigurationError(msg)
    default = parse_rule(members["default"], version, default=True)
    rules: object = members.get("rules") or []
    if not isinstance(rules, (list, tuple)):
        msg = f'"rules" of the sampling rules is {rules!r}; write a list.'
        raise ConfigurationError(msg)
    listed = cast("list[object]", rules)
    return Manifest(tuple(parse_rule(rule, version) for rule in listed), default)


def parse_rule(document: object, version: object, *, default: bool = False) -> Rule:
    """
    Read one rule.

    Args:
        document: the rule's object.
        version: of the document that it is from.
        default: it is the one that decides when no other does.

    Raises:
        ConfigurationError: it is incomplete or contradicts itself.
    """
    members = _mapping(document, "A sampling rule")
    size = _number(members, FIXED_TARGET)
    rate = _number(members, RATE)
    keys = (_host_key(version), METHOD, PATH)
    patterns = [members.get(key) or None for key in keys]
    named = ", ".join(keys)
    if default:
        if any(patterns):
            msg = f"The default sampling rule is for every request; remove {named} of {members!r}."
            raise ConfigurationError(msg)
        return Rule(DEFAULT, 0, rate, size)
    if not all(isinstance(pattern, str) for pattern in patterns):
        msg = f"Sampling rule {members!r} needs patterns for {named}."
        raise ConfigurationError(msg)
    host, method, path = cast("list[str]", patterns)
    return Rule(f"{method} {host}{path}", 0, rate, size, host, method, path)


def _host_key(version: object) -> str:
    for known, key in HOST_KEYS.items():
        if version == known:
            return key
    msg = f"Sampling rules have version {version!r}; only 1 and 2 are known."
    raise ConfigurationError(msg)


def _mapping(document: object, what: str) -> Mapping[str, Any]:
    if not isinstance(document, Mapping):
        msg = f"{what} must be a JSON object, not {document!r}."
        raise ConfigurationError(msg)
    return cast("Mapping[str, Any]", document)


def _number(members: Mapping[str, Any], key: str) -> float:
    value = members.get(key)
    if not isinstance(value, (int, float)) or not value >= 0:
        msg = f"{key} is {value!r} in sampling rule {dict(members)!r}; it must be 0 or more."
        raise ConfigurationError(msg)
    return value
