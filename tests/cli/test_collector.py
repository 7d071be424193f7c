from __future__ import annotations

import json
import stat
import sys
from pathlib import Path

import pytest

from otel_xray.cli import main
from tests.collector import files
from tests.collector_files.test_check import GOOD


@pytest.fixture
def good(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a file that is right, with its variable set."""
    monkeypatch.setenv("TARGET", "http://backend:4318")
    path = tmp_path / "good.yaml"
    path.write_text(GOOD)
    return path


def collector(folder: Path, code: int, said: str) -> str:
    """Return a program that validates as a collector does."""
    path = folder / "collector"
    path.write_text(
        f"#!{sys.executable}\nimport sys\nassert sys.argv[1:3] == ['validate', '--config']\n"
        f"sys.stderr.write({said!r})\nsys.exit({code})\n"
    )
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return str(path)


def test_a_good_file_is_good(good: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Its variables, what ADOT can do with it, no findings."""
    assert 0 == main(["collector", "check", str(good)])
    assert [
        "variables:",
        "  TARGET  required, set",
        "ADOT: has every component",
        "0 errors, 0 warnings",
    ] == capsys.readouterr().out.splitlines()


def test_a_finding_has_file_line_and_remedy(
    good: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """In the form that editors and CI turn into links; an error is exit code 1."""
    monkeypatch.delenv("TARGET")

    assert 1 == main(["collector", "check", str(good)])
    assert (
        f"{good}:12: error: TARGET is not set; the collector takes an empty value and goes on. "
        "Set TARGET, or write ${env:TARGET:-DEFAULT}. [unset]"
    ) == capsys.readouterr().out.splitlines()[0]


def test_unset_variables_may_be_allowed(
    good: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """They are notes then."""
    monkeypatch.delenv("TARGET")

    assert 0 == main(["collector", "check", "--unset-ok", str(good)])
    assert ": note: TARGET is not set" in capsys.readouterr().out


def test_warnings_do_not_fail(good: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """They are counted."""
    good.write_text(GOOD.replace("127.0.0.1", "0.0.0.0"))

    assert 0 == main(["collector", "check", str(good)])
    assert "0 errors, 1 warning" == capsys.readouterr().out.splitlines()[-1]


def test_adot_can_be_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    """A file with what ADOT has not got is an error then."""
    zipkin = str(files.path("zipkin"))

    assert 0 == main(["collector", "check", zipkin])
    assert "ADOT: cannot run it" in capsys.readouterr().out
    assert 1 == main(["collector", "check", "--adot", zipkin])
    assert "error: ADOT has no exporter zipkin." in capsys.readouterr().out


def test_the_report_is_also_json(good: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """For scripts."""
    good.write_text(GOOD.replace("127.0.0.1", "0.0.0.0"))

    assert 0 == main(["collector", "check", "--json", str(good)])
    report = json.loads(capsys.readouterr().out)
    (finding,) = report["findings"]
    assert (5, "warning", "open") == (finding["line"], finding["level"], finding["rule"])
    assert {"name": "TARGET", "line": 12, "required": True, "is_set": True} in report["variables"]
    assert (True, None, False) == (report["adot"], report["refused"], report["failed"])


@pytest.mark.slow
def test_a_collector_that_accepts_is_said(
    good: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its answer stands beside ours."""
    words = ["collector", "check", str(good), "--collector", collector(tmp_path, 0, "")]

    assert 0 == main(words)
    assert "collector: accepts it" in capsys.readouterr().out.splitlines()


@pytest.mark.slow
def test_a_collector_that_refuses_fails(
    good: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """With what it says, but for the values of variables."""
    refusing = collector(tmp_path, 1, "Error: no good\n\nat http://backend:4318\n")

    assert 1 == main(["collector", "check", str(good), "--collector", refusing])
    lines = capsys.readouterr().out.splitlines()
    assert ["collector: refuses it", "  Error: no good", "  at …"] == lines[-4:-1]


@pytest.mark.slow
def test_a_collector_that_fails_silently_fails(
    good: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its code is what there is to say."""
    words = ["collector", "check", str(good), "--collector", collector(tmp_path, 3, "")]

    assert 1 == main([*words, "--json"])
    assert ["It ended with code 3."] == json.loads(capsys.readouterr().out)["refused"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["missing.yaml"], "'missing.yaml' cannot be read: No such file or directory."),
        ([str(files.path("xray")), "--collector", "nowhere"], "The collector 'nowhere' cannot be"),
    ],
)
def test_what_is_not_there_is_said(
    words: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """In one line, with exit code 2."""
    assert 2 == main(["collector", "check", *words])
    out, err = capsys.readouterr()
    assert ("", 1) == (out, err.count("\n"))
    assert said in err


def test_what_is_no_text_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A file in another encoding, or none of text."""
    path = tmp_path / "file.yaml"
    path.write_bytes(b"\xff\xfe\x00")

    assert 2 == main(["collector", "check", str(path)])
    assert "is no text in UTF-8" in capsys.readouterr().err


def test_what_reads_yaml_is_named_where_it_is_missing(
    good: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """With the extra that brings it."""
    for name in list(sys.modules):
        if name.startswith("otel_xray.collector_files"):
            monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "yaml", None)

    assert 2 == main(["collector", "check", str(good)])
    assert "pip install 'otel-xray[collector]'" in capsys.readouterr().err
