"""``otel-xray verify``: one program under both, and what its segments say."""

from __future__ import annotations

import time
import venv
from importlib.machinery import PathFinder
from pathlib import Path

import pytest

from otel_xray.cli import main

pytestmark = pytest.mark.slow

RECORD = """
from aws_xray_sdk.core import xray_recorder
import sys
ours = "compat" in sys.modules["aws_xray_sdk"].__file__
for _ in range(3):
    with xray_recorder.in_segment("orders"), xray_recorder.in_subsegment("pay") as subsegment:
        {body}
"""


@pytest.fixture(autouse=True)
def _in_its_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let programs be named by their files alone."""
    monkeypatch.chdir(tmp_path)


def verify(
    body: str, capsys: pytest.CaptureFixture[str], *options: str, code: str = RECORD
) -> tuple[int, str, str]:
    """Write a program that does *body* in a subsegment, and compare; return code and output."""
    Path("app.py").write_text(code.format(body=body))
    ended = main(["verify", *options, "--", "app.py", "demo"])
    out, err = capsys.readouterr()
    return ended, out, err


def test_a_program_that_sends_the_same_is_equal(capsys: pytest.CaptureFixture[str]) -> None:
    """All its requests are recorded, by the rules that both get from the same daemon."""
    assert (0, "3 segments, 3 subsegments: equal.\n", "") == verify(
        "subsegment.put_annotation('id', 1)", capsys
    )


def test_a_difference_is_shown_in_its_tree(capsys: pytest.CaptureFixture[str]) -> None:
    """And the exit code is 1."""
    ended, out, _ = verify("ours and subsegment.put_annotation('id', 1)", capsys)

    assert 1 == ended
    assert 3 == out.count('  orders\n    pay\n~     annotations: <absent> -> {"id": 1}\n')
    assert out.endswith("3 segments, 3 subsegments: 3 unlisted differences.\n")


def test_listed_differences_are_named_and_equal(capsys: pytest.CaptureFixture[str]) -> None:
    """The number leads to the reference."""
    ended, out, _ = verify("subsegment.put_metadata('k', {(1, 2): 3})", capsys)

    assert 0 == ended
    assert "+ orders  [X5]\n" in out
    assert "equal but for listed differences (docs/reference/x-ray-sdk-differences.md).\n" in out
    assert out.endswith("X5, 3 times: A key that is no text costs no segment.\n")


def test_a_backend_that_is_set_makes_no_difference(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What would go elsewhere is compared all the same."""
    monkeypatch.setenv("OTEL_XRAY_BACKEND", "console")
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:9")

    assert 0 == verify("pass", capsys)[0]


@pytest.mark.parametrize(
    ("end", "codes", "ended"),
    [("3", (3, 3), 0), ("4 if ours else 0", (0, 4), 1), ("0 if ours else 5", (5, 0), 1)],
)
def test_a_program_that_fails_is_shown(
    end: str, codes: tuple[int, int], ended: int, capsys: pytest.CaptureFixture[str]
) -> None:
    """With its exit codes and last words; other codes under both are a difference."""
    code = f"{RECORD}\nsys.stderr.write('last words')\nsys.exit({end})"
    found, out, _ = verify("pass", capsys, code=code)

    assert ended == found
    assert f"Exit code {codes[0]} under the X-Ray SDK.\n    last words\n" in out
    assert f"Exit code {codes[1]} under otel-xray.\n    last words\n" in out
    assert out.endswith("3 segments, 3 subsegments: equal.\n")


def test_a_program_without_segments_cannot_be_compared(capsys: pytest.CaptureFixture[str]) -> None:
    """Exit code 1, since nothing is known."""
    ended, out, _ = verify("", capsys, code="raise SystemExit('no reason')")

    assert 1 == ended
    assert "Exit code 1 under the X-Ray SDK.\n    no reason\n" in out
    assert out.endswith("The program has sent no segment, under neither; is it the right one?\n")


def test_a_program_that_does_not_end_is_killed(capsys: pytest.CaptureFixture[str]) -> None:
    """With what it has started; the message names the option that gives it more time."""
    sleep = "import os, time; os.fork(); time.sleep(60)"
    begun = time.monotonic()
    ended, out, _ = verify("", capsys, "--timeout", "0.7", code=sleep)

    assert time.monotonic() - begun < 30
    assert 1 == ended
    assert "The program was still running after 0.7 s under the X-Ray SDK.\n" in out
    assert "--timeout gives it more time" in out


def test_the_original_is_needed(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without it there is one line that says what to install."""
    monkeypatch.setattr(PathFinder, "find_spec", lambda *_: None)

    assert (
        2,
        "",
        "otel-xray verify: There is no X-Ray SDK to compare with; run pip install aws-xray-sdk.\n",
    ) == verify("pass", capsys)


def test_a_python_without_the_package_cannot_be_compared(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """It would have the original twice, and be equal."""
    venv.create(tmp_path / "bare", symlinks=True)
    python = str(tmp_path / "bare/bin/python")

    assert 2 == main(["verify", python, "-c", "pass"])
    out, err = capsys.readouterr()
    assert ("", 1) == (out, err.count("\n"))
    assert f"otel-xray: {python}" in err
    assert "cannot use the alias" in err


@pytest.mark.parametrize("words", [["nowhere"], ["-m"]])
def test_a_program_that_is_not_there_is_one_line(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """As for `otel-xray run`."""
    assert 2 == main(["verify", *words])
    assert 1 == capsys.readouterr().err.count("\n")


@pytest.mark.parametrize("seconds", ["soon", "0", "-1", "inf", "nan", ""])
def test_a_wrong_timeout_is_refused(seconds: str, capsys: pytest.CaptureFixture[str]) -> None:
    """The message quotes the value and says what to write."""
    with pytest.raises(SystemExit) as ended:
        main(["verify", f"--timeout={seconds}", "app.py"])

    assert 2 == ended.value.code
    assert f"{seconds!r} is no time; write a number of seconds above 0" in capsys.readouterr().err
