from __future__ import annotations

import json
from pathlib import Path

import pytest

from otel_xray.errors import ConfigurationError
from otel_xray.sampling.rules_text import load

VERSION_1 = {
    "version": 1,
    "default": {"fixed_target": 1, "rate": 0.05},
    "rules": [
        {
            "service_name": "shop",
            "http_method": "GET",
            "url_path": "/a*",
            "fixed_target": 0,
            "rate": 1,
        }
    ],
}


def test_rules_come_from_a_file_or_from_the_text_itself(tmp_path: Path) -> None:
    """Of either version; what begins with a brace is no path."""
    text = json.dumps(VERSION_1)
    path = tmp_path / "rules.json"
    path.write_text(text)

    assert load(text) == load(f"  {text}") == load(str(path))
    (rule,) = load(text).rules
    assert ("shop", "GET", "/a*") == (rule.host, rule.method, rule.path)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("/no/such/file", r"is '/no/such/file', a file that cannot be read \(No such file"),
        ("/", r"a file that cannot be read \(Is a directory"),
        ("{", "is '{', which is no JSON"),
        ("[" * 100_000, "which is no JSON"),
        ("[]", "must be a JSON object"),
        ('{"version": 3, "default": {}}', "version 3; only 1 and 2 are known"),
        ('{"version": 2}', 'no "default"; add'),
        (
            '{"version": 2, "default": {"fixed_target": 1, "rate": -1}}',
            "rate is -1 .*must be 0 or more",
        ),
        (
            '{"version": 2, "default": {"fixed_target": 1, "rate": NaN}}',
            "rate is nan .*must be 0 or more",
        ),
    ],
)
def test_what_cannot_be_used_is_named(text: str, message: str) -> None:
    """With the variable, the beginning of its value, and what to write instead."""
    with pytest.raises(ConfigurationError, match=message) as raised:
        load(text)
    assert str(raised.value).startswith("OTEL_XRAY_SAMPLING_RULES is ")
    assert len(str(raised.value)) < 500


def test_a_file_that_is_no_text_is_no_json(tmp_path: Path) -> None:
    """Whatever its bytes are."""
    path = tmp_path / "rules"
    path.write_bytes(b"\xff\x00")

    with pytest.raises(ConfigurationError, match="which is no JSON"):
        load(str(path))
