from __future__ import annotations

import importlib
import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from otel_xray.cli import main
from tests.aws_lambda.layer import wheels
from tests.segments.collector import process


@pytest.fixture
def words(tmp_path: Path) -> list[str]:
    """Return the command with wheels that need no index."""
    own = wheels.make(tmp_path, "otel-xray", "9.0", needs=["needed"], extras=["compat", "otlp"])
    wheels.make(tmp_path / "others", "needed")
    folder = str(tmp_path / "others")
    output = str(tmp_path / "layer.zip")
    return [*("layer", "build", "--wheel", str(own)), "--find-links", folder, "-o", output]


def complaint(words: list[str], capsys: pytest.CaptureFixture[str]) -> str:
    """Return the one line of a command that fails."""
    assert 2 == main(words)
    out, err = capsys.readouterr()
    assert ("", 1) == (out, err.count("\n"))
    return err.removeprefix("otel-xray layer: ").rstrip("\n")


@pytest.mark.slow
def test_it_writes_the_layer_and_says_how_large_it_is(
    words: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A row for each package, the total, the limit, the file with its digest."""
    assert 0 == main([*words, "--python", "3.13", "3.12", "--python=3.10,3.11", "--arch", "arm64"])
    lines = capsys.readouterr().out.splitlines()

    with zipfile.ZipFile(tmp_path / "layer.zip") as archive:
        assert "python/needed.py" in archive.namelist()
        size = sum(item.file_size for item in archive.infolist())
    zipped = (tmp_path / "layer.zip").stat().st_size
    assert ["package", "files", "bytes", "zipped"] == lines[0].split()
    assert ["needed", "1.0", "2"] == lines[1].split()[:3]
    assert ["otel-xray", "9.0", "3"] == lines[2].split()[:3]
    assert ["total", "5", f"{size:,}", f"{zipped:,}"] == lines[3].split()
    assert "of 2,000,000 bytes zipped, our limit; 0.0% of what Lambda allows" in lines[4]
    assert lines[5].startswith("for Python 3.10, 3.11, 3.12, 3.13 on arm64, without bytecode")
    assert lines[6].startswith(f"{tmp_path / 'layer.zip'}  sha256 ")


@pytest.mark.slow
def test_the_report_is_also_json(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """For scripts; the Python is the running one unless another is named, and has bytecode."""
    assert 0 == main([*words, "--json"])
    report = json.loads(capsys.readouterr().out)

    running = f"{sys.version_info.major}.{sys.version_info.minor}"
    assert ([running], [running]) == (report["pythons"], report["bytecode"])
    assert ["needed", "otel-xray"] == [share["package"] for share in report["packages"]]
    assert {"zipped": 2_000_000, "bytes": 262_144_000} == report["limit"]
    assert sum(share["bytes"] for share in report["packages"]) == report["total"]["bytes"]
    assert 64 == len(report["sha256"])


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["--python", "2.7"], "Lambda has no Python '2.7'; write --python 3.10 or 3.11"),
        (["--python", "3.13,x"], "Lambda has no Python 'x'"),
        (["--arch", "mips"], "Lambda has no processor 'mips'; write --arch x86_64 or arm64."),
        (["--with", "nope"], "No layer has the extra 'nope'; --with takes compat, otlp."),
        (["--with", "compat,console"], "No layer has the extra 'console'"),
        (["--wheel", "/dev/null"], "'/dev/null' cannot be read as a wheel"),
        (["--find-links", "/nowhere"], "There is no folder '/nowhere'; --find-links takes one"),
        (["--constraint", "/nowhere"], "The constraints '/nowhere' cannot be read: No such"),
        (["--collector", "/nowhere"], "The collector '/nowhere' cannot be read: No such file"),
        (["-o", "/"], "The output '/' is a folder; name a file, as in -o layer.zip."),
        (["-o", "/nowhere/x.zip"], "The output '/nowhere/x.zip' cannot be written: No such file"),
        (["-o", "/dev/null/x.zip"], "The output '/dev/null/x.zip' cannot be written: Not a dir"),
    ],
)
def test_what_cannot_be_built_is_one_line(
    arguments: list[str],
    expected: str,
    words: list[str],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Exit code 2, the value and the remedy; no file is left."""
    assert complaint([*words, *arguments], capsys).startswith(expected)
    assert {"others", "otel_xray-9.0-py3-none-any.whl"} == {
        each.name for each in tmp_path.iterdir()
    }


def test_a_wheel_of_something_else_is_refused(
    words: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """--wheel is for otel-xray itself."""
    other = str(tmp_path / "others/needed-1.0-py3-none-any.whl")

    assert "is a wheel of needed; --wheel takes one of otel-xray." in complaint(
        [*words, "--wheel", other], capsys
    )


@pytest.mark.slow
def test_a_missing_wheel_is_named(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """With the target that it is missing for."""
    said = complaint([*words, "--python", "3.14", "--find-links", words[3][:1] + "tmp"], capsys)

    assert said.startswith("There is no wheel of 'needed' for CPython 3.14 on x86_64 in '/tmp'")


@pytest.mark.slow
def test_without_packaging_it_says_what_to_install(tmp_path: Path) -> None:
    """The command is there in every installation; what it needs is an extra."""
    (tmp_path / "packaging.py").write_text("raise ModuleNotFoundError(name='packaging')\n")
    done = subprocess.run(
        [sys.executable, "-m", "otel_xray", "layer", "build"],
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )

    remedy = "otel-xray layer: Layers need packaging; run pip install 'otel-xray[layer]'.\n"
    assert (2, "", remedy) == (done.returncode, done.stdout, done.stderr)


@pytest.mark.slow
def test_without_pip_it_says_what_to_install(words: list[str], tmp_path: Path) -> None:
    """Environments that other tools make have none; nor need this package be installed in them."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", tmp_path / "venv"], check=True)
    (tmp_path / "path").mkdir()
    for package in ("otel_xray", "packaging"):
        folder = Path(str(importlib.import_module(package).__file__)).parent
        (tmp_path / "path" / package).symlink_to(folder)

    def said(*words: str) -> str:
        done = subprocess.run(
            [tmp_path / "venv/bin/python", "-m", "otel_xray", *words],
            env={"PYTHONPATH": str(tmp_path / "path")},
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )
        assert (2, "") == (done.returncode, done.stdout)
        return done.stderr

    assert "fetched by pip, which is missing here; install 'otel-xray[layer]'.\n" in said(*words)
    assert "otel-xray is not installed here; install it, or name a wheel with --wheel.\n" in said(
        *words[:2]
    )


@pytest.mark.slow
def test_a_real_collector_goes_in(
    words: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """As an extension, counted in the report, without our limit."""
    binary, reason = process.find_binary()
    if not binary:
        pytest.skip(reason)
    assert 0 == main([*words, "--python", "3.13", "--collector", binary])
    out = capsys.readouterr().out

    assert ["collector", "3"] == out.splitlines()[1].split()[:2]
    assert "our limit" not in out
    with zipfile.ZipFile(tmp_path / "layer.zip") as archive:
        assert Path(binary).read_bytes() == archive.read("collector/collector")
