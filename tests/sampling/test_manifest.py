from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from otel_xray.errors import ConfigurationError
from otel_xray.sampling.manifest import DEFAULT_DOCUMENT, Manifest, parse, parse_rule
from otel_xray.sampling.rule import Rule

DEFAULT = {"fixed_target": 1, "rate": 0.1}
RULE = {
    "description": "Player moves.",
    "host": "*",
    "http_method": "GET",
    "url_path": "/api/move/*",
    "fixed_target": 0,
    "rate": 0.05,
}
OLD_RULE = {"service_name" if key == "host" else key: value for key, value in RULE.items()}


def test_the_default_is_one_a_second_and_a_twentieth() -> None:
    """The document that is used when there is no other says what X-Ray's SDKs say."""
    assert Manifest((), Rule("Default", 0, 0.05, 1)) == parse(DEFAULT_DOCUMENT)


@pytest.mark.parametrize(("version", "rule"), [(2, RULE), (1, OLD_RULE)])
def test_a_document(version: int, rule: dict[str, Any]) -> None:
    """Both versions hold the same rules; the first says service_name for the host."""
    manifest = parse({"version": version, "default": DEFAULT, "rules": [rule], "other": 1})

    assert Rule("Default", 0, 0.1, 1) == manifest.default
    assert (Rule("GET */api/move/*", 0, 0.05, 0, "*", "GET", "/api/move/*"),) == manifest.rules


@pytest.mark.parametrize("rules", [{}, {"rules": None}, {"rules": []}])
def test_rules_may_be_missing(rules: dict[str, Any]) -> None:
    """The default rule alone is enough."""
    assert () == parse({"version": 2, "default": DEFAULT, **rules}).rules


WRONG_PATTERNS = "needs patterns for host, http_method, url_path"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"version": None}, "version None; only 1 and 2"),
        ({"version": "2"}, "version '2'; only 1 and 2"),
        ({"version": 3}, "version 3; only 1 and 2"),
        ({"version": [2]}, r"version \[2\]; only 1 and 2"),
        ({"default": None}, "must be a JSON object, not None"),
        ({"default": {"rate": 1}}, r"fixed_target is None in .*must be 0 or more"),
        ({"default": {"fixed_target": 1}}, "rate is None in .*must be 0 or more"),
        ({"default": {**DEFAULT, "rate": -1}}, "rate is -1 in"),
        ({"default": {**DEFAULT, "fixed_target": -1}}, "fixed_target is -1 in"),
        ({"default": {**DEFAULT, "rate": "0.5"}}, "rate is '0.5' in"),
        ({"default": {**DEFAULT, "rate": float("nan")}}, "rate is nan in"),
        ({"default": {**DEFAULT, "url_path": "/"}}, "every request; remove host, http_method, url"),
        ({"rules": 5}, '"rules" of the sampling rules is 5; write a list'),
        ({"rules": ["x"]}, "must be a JSON object, not 'x'"),
        ({"rules": [{**RULE, "host": ""}]}, WRONG_PATTERNS),
        ({"rules": [{**RULE, "http_method": None}]}, WRONG_PATTERNS),
        ({"rules": [{**RULE, "url_path": 7}]}, WRONG_PATTERNS),
        ({"rules": [OLD_RULE]}, WRONG_PATTERNS),
        ({"rules": [RULE, {**RULE, "rate": -0.1}]}, r"rate is -0\.1 in"),
    ],
)
def test_what_is_wrong_is_said(change: dict[str, Any], message: str) -> None:
    """The error quotes the value and says what to change."""
    document = {"version": 2, "default": DEFAULT, "rules": [RULE], **change}
    before = copy.deepcopy(document)

    with pytest.raises(ConfigurationError, match=message):
        parse(document)
    assert repr(before) == repr(document)


def test_a_default_is_needed() -> None:
    """Something has to decide when no other rule does."""
    with pytest.raises(ConfigurationError, match='have no "default"; add'):
        parse({"version": 2})


def test_a_rule_of_an_unknown_version_is_refused() -> None:
    """A single rule is read by its document's version, too."""
    with pytest.raises(ConfigurationError, match="version 7"):
        parse_rule(RULE, 7)


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=5) | st.integers(-2, 3),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["version", "default", "rules", *RULE]), inner, max_size=5
        )
    ),
    max_leaves=12,
)


@given(JSON | st.fixed_dictionaries({"version": st.just(2), "default": JSON, "rules": JSON}))
def test_any_document_is_read_or_refused(document: Any) -> None:
    """Whatever JSON holds, the only error is the one that says what to change."""
    try:
        parse(document)
    except ConfigurationError as error:
        assert str(error)
