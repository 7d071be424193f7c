"""Layers that several tests look at, built once."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from otel_xray.aws_lambda.layer.build import Order, build
from otel_xray.aws_lambda.layer.report import Report
from otel_xray.aws_lambda.layer.target import PYTHONS
from tests.segments.collector import process

ROOT = Path(__file__).parents[3]
RUNNING = f"{sys.version_info.major}.{sys.version_info.minor}"


@dataclass(frozen=True, slots=True)
class Built:
    """
    A layer, and where it is unpacked.

    Attributes:
        zip: the file.
        opt: what Lambda makes of it.
        report: what the builder says of it.
    """

    zip: Path
    opt: Path
    report: Report

    def run(self, code: str, *python: str, **environ: str) -> str:
        """Run *code* where nothing but Python and the layer is; return what it prints."""
        done = subprocess.run(
            [*(python or [sys.executable]), "-S", "-c", code],
            env={"PYTHONPATH": str(self.opt / "python"), "PYTHONDONTWRITEBYTECODE": "1", **environ},
            cwd=self.opt,
            capture_output=True,
            text=True,
            check=False,
        )
        assert (0, "") == (done.returncode, done.stderr)
        return done.stdout


def built(folder: Path, order: Order) -> Built:
    """Build and unpack a layer."""
    report = build(order, os.environ)
    with zipfile.ZipFile(order.output) as archive:
        archive.extractall(folder / "opt")
    return Built(order.output, folder / "opt", report)


@pytest.fixture(scope="session")
def layer(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """Build the default layer for the Python that runs the tests."""
    folder = tmp_path_factory.mktemp("layer")
    return built(folder, Order(folder / "layer.zip", [RUNNING], "x86_64"))


@pytest.fixture(scope="session")
def layer_for_all(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """Build the default layer for every Python of Lambda."""
    folder = tmp_path_factory.mktemp("layer_for_all")
    return built(folder, Order(folder / "layer.zip", list(PYTHONS), "arm64"))


@pytest.fixture(scope="session")
def interpreters() -> Mapping[str, str]:
    """Return the machine's interpreters: version → program."""
    programs = subprocess.run(
        [ROOT / ".ci/pythons"], capture_output=True, text=True, check=True
    ).stdout.split()
    ask = "import sys; print('%d.%d' % sys.version_info[:2])"
    return {
        subprocess.run(
            [program, "-c", ask], capture_output=True, text=True, check=True
        ).stdout.strip(): program
        for program in programs
    }


@pytest.fixture(scope="session")
def real_collector() -> Path:
    """Find the collector; without one skip, or fail where OTEL_XRAY_REQUIRE asks for it."""
    found, reason = process.find_binary()
    if not found:
        if "collector" in os.environ.get("OTEL_XRAY_REQUIRE", "").split(","):
            pytest.fail(f"OTEL_XRAY_REQUIRE asks for the collector: {reason}")
        pytest.skip(reason)
    return Path(found)
