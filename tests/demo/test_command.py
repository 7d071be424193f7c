"""The command line of the demo."""

from __future__ import annotations

import argparse
from importlib import util
from typing import Any

import pytest

from otel_xray.cli import demo, main


def _parse(*words: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    demo.configure(parser)
    return parser.parse_args(words)


def test_the_defaults_are_the_documented_ones() -> None:
    """Ports 2000, 4318 and 8080, twelve orders, no database, serving."""
    options = vars(_parse())
    assert options == {
        "once": False,
        "orders": 12,
        "db": None,
        "port": 2000,
        "otlp_port": 4318,
        "front_port": 8080,
    }


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["--orders", "0"], "'0' is too few"),
        (["--orders", "many"], "'many' is no whole number"),
        (["--port", "65536"], "'65536' is no port"),
        (["--front-port", "-1"], "'-1' is no port"),
        (["--otlp-port", "x"], "'x' is no whole number"),
    ],
)
def test_a_wrong_value_is_quoted(
    words: list[str], complaint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """A number that cannot be used ends the command with exit code 2 and is quoted."""
    with pytest.raises(SystemExit) as caught:
        main(["demo", *words])
    assert caught.value.code == 2
    assert complaint in capsys.readouterr().err


def test_missing_packages_are_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without the extra the command says what is missing and how to get it."""

    def find(name: str) -> Any:
        return None if name in ("moto", "rich") else util.find_spec(name)

    monkeypatch.setattr(demo, "find_spec", find)
    assert main(["demo", "--once"]) == 2
    assert "moto, rich; pip install 'otel-xray[demo]'" in capsys.readouterr().err
