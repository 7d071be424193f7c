from __future__ import annotations

import importlib.util
import json
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

PROGRAM = Path(__file__).with_name("decisions.py")
SCENARIOS = 200
NAMES = ["a", "b", "c", "Default"]
TEXTS = ["*", "a*", "*b", "A?C", "x", "", "shop", "*é*", "a*b*c", "?"]
KNOWN = ["ab", "ABC", "x", "shop", "axxbxxc", "", None, "É", "AWS::EC2::Instance"]
PATTERNS = ["host", "method", "path", "service", "service_type"]


def document(chance: random.Random) -> dict[str, Any]:
    """Return local rules, some of which cannot be used."""
    version = chance.choice([1, 2, 2, 2])
    host = chance.choice(["host", "service_name"]) if chance.random() < 0.1 else None

    def rule() -> dict[str, Any]:
        members = [host or ("host" if version == 2 else "service_name"), "http_method", "url_path"]
        return {member: chance.choice(TEXTS) or "*" for member in members} | numbers()

    def numbers() -> dict[str, Any]:
        return {
            "fixed_target": chance.choice([0, 1, 2, -1 if chance.random() < 0.05 else 1]),
            "rate": chance.choice([0, 0.3, 1]),
        }

    rules = [rule() for _ in range(chance.randrange(3))]
    odd: dict[str, Any] = {"version": 3} if chance.random() < 0.05 else {}
    return {"version": version, "default": numbers(), "rules": rules, **odd}


def central(chance: random.Random) -> dict[str, Any]:
    """Return one of X-Ray's rules."""
    name = chance.choice(NAMES)
    return {
        "name": name,
        "priority": 10000 if name == "Default" else chance.randrange(1, 3),
        "rate": chance.choice([0, 0.3, 1]),
        "reservoir_size": chance.choice([0, 1, 5]),
        **{pattern: chance.choice(TEXTS) for pattern in PATTERNS if chance.random() < 0.5},
    }


def step(chance: random.Random, rules: list[dict[str, Any]]) -> tuple[str, Any]:
    """Return something that happens."""
    operation = chance.choice(["decide"] * 12 + ["wait"] * 3 + ["rules", "targets", "report"])
    if operation == "wait":
        return operation, chance.choice([0.25, 0.5, 1, 1, 2, 10, 10, 4000])
    if operation == "rules":
        by_name = {rules[place]["name"]: place for place in range(len(rules))}
        return operation, sorted(by_name.values())
    if operation == "targets":
        target = {
            "rate": chance.choice([0, 0.5, 1]),
            "quota": chance.choice([None, 0, 1, 3]),
            "TTL": chance.choice([None, 0, 1, 20]),
            "interval": chance.choice([None, 10, 15, 30]),
        }
        return operation, {chance.choice(NAMES): target}
    names = [pattern for pattern in PATTERNS if chance.random() < 0.6]
    request = {name: chance.choice(KNOWN) for name in names}
    return operation, None if chance.random() < 0.1 else request


def scenario(chance: random.Random) -> dict[str, Any]:
    """Return rules, and what happens."""
    rules = [central(chance) for _ in range(5)]
    steps = [step(chance, rules) for _ in range(80)]
    return {
        "draws": [chance.random() for _ in range(len(steps))],
        "local": document(chance),
        "rules": rules,
        "steps": [("rules", []), *steps],
    }


def decided(scenarios: list[dict[str, Any]], whose: str) -> list[Any]:
    """Return what the program decides."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", str(PROGRAM), whose],
        input=json.dumps(scenarios),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    answers: list[Any] = json.loads(done.stdout)
    return answers


@pytest.mark.slow
@pytest.mark.skipif(
    importlib.util.find_spec("aws_xray_sdk") is None, reason="the original is not installed"
)
def test_all_decisions_are_the_originals() -> None:
    """The same rules, requests, time and chance give the same decisions and statistics."""
    scenarios = [scenario(random.Random(seed)) for seed in range(SCENARIOS)]
    theirs, ours = decided(scenarios, "theirs"), decided(scenarios, "ours")

    for told, expected, found in zip(scenarios, theirs, ours, strict=True):
        assert expected == found, told
    decisions = [one for answers in theirs for one in answers]
    assert decisions.count(True) > 100
    assert decisions.count(False) > 1000
    assert all(decisions.count(name) > 50 for name in NAMES)
