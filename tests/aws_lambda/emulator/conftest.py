"""Lambda's emulator, the layer in it, and where spans go."""

from __future__ import annotations

import os
import platform
import subprocess
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from otel_xray.aws_lambda.layer.build import Order, build
from otel_xray.aws_lambda.layer.resolution import Source
from tests.aws_lambda.emulator import receivers, runtime_folder
from tests.aws_lambda.emulator.emulated import Emulated, Emulator, emulated
from tests.aws_lambda.emulator.receivers import Collector, Daemon
from tests.aws_lambda.emulator.sandbox import PYTHON, VERSION, why_not, why_not_managed

ROOT = Path(__file__).parents[3]
WRAPPER = {"AWS_LAMBDA_EXEC_WRAPPER": "/opt/otel-xray-instrument"}


@dataclass(frozen=True, slots=True)
class Functions:
    """
    Runs functions.

    Attributes:
        emulator: what they run in.
        layer: ours, unpacked.
    """

    emulator: Emulator
    layer: Path

    def plain(
        self,
        code: str | Mapping[str, str],
        handler: str = "app.handler",
        variables: Mapping[str, str] | None = None,
        **options: Any,
    ) -> AbstractContextManager[Emulated]:
        """Run a function without us; *code* is ``app.py``, or the files by their path."""
        files = {"app.py": code} if isinstance(code, str) else code
        return emulated(
            self.emulator,
            files=files,
            handler=handler,
            variables=variables,
            **options,
        )

    def traced(
        self,
        code: str | Mapping[str, str],
        handler: str = "app.handler",
        variables: Mapping[str, str] | None = None,
        *,
        layers: tuple[Path, ...] = (),
        **options: Any,
    ) -> AbstractContextManager[Emulated]:
        """Run a function with our layer, on top of *layers*, and its wrapper."""
        return self.plain(
            code, handler, {**WRAPPER, **(variables or {})}, layers=(*layers, self.layer), **options
        )


def lacking(reason: str) -> None:
    """Skip, or fail where the environment says that the emulator's tests must run."""
    if "rie" in os.environ.get("OTEL_XRAY_REQUIRE", "").split(","):
        pytest.fail(f"OTEL_XRAY_REQUIRE asks for Lambda's emulator: {reason}")
    pytest.skip(reason)


@pytest.fixture(scope="session")
def binary() -> Path:
    """Find Lambda's emulator, and make sure that a function can be laid out for it here."""
    script = ROOT / ".ci" / "rie"
    if script.exists():
        done = subprocess.run([script, "--cached"], capture_output=True, text=True, check=False)
        found, reason = done.stdout.strip(), done.stderr.strip()
    else:
        found, reason = os.environ.get("OTEL_XRAY_RIE", ""), "OTEL_XRAY_RIE names no emulator."
    if not found:
        lacking(reason)
    if reason := why_not():
        lacking(reason)
    return Path(found)


@pytest.fixture(scope="session")
def runtime(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Put the runtime client and boto3 where the managed runtime has them."""
    folder = tmp_path_factory.mktemp("runtime")
    runtime_folder.fill(folder)
    return folder


@pytest.fixture(scope="session")
def layer(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the layer for this interpreter, and unpack it as Lambda does."""
    folder = tmp_path_factory.mktemp("layer")
    archive = folder / "layer.zip"
    machine = {"aarch64": "arm64"}.get(platform.machine(), platform.machine())
    constraints = ROOT / "constraints.txt"
    build(Order(archive, [VERSION], machine, source=Source(constraints=constraints)), os.environ)
    unpack(archive, folder / "opt")
    return folder / "opt"


def unpack(archive: Path, folder: Path) -> None:
    """Unpack a layer, with the permissions that it states."""
    with zipfile.ZipFile(archive) as layer:
        for member in layer.infolist():
            path = Path(layer.extract(member, folder))
            path.chmod(member.external_attr >> 16 & 0o777)


@pytest.fixture(scope="session")
def functions(binary: Path, runtime: Path, layer: Path) -> Functions:
    """Run functions in the emulator."""
    return Functions(Emulator(binary, runtime), layer)


@pytest.fixture(scope="session")
def managed() -> None:
    """Make sure that managed instances can be run here."""
    if reason := why_not_managed():
        lacking(reason)


@pytest.fixture(scope="session")
def extension(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a layer with an external extension, without which Lambda sends a runtime no signal."""
    folder = tmp_path_factory.mktemp("extension")
    program = folder / "extensions" / "listener"
    program.parent.mkdir()
    code = (Path(__file__).parent / "listener.py").read_text(encoding="utf-8")
    program.write_text(f"#!{PYTHON}\n{code}", encoding="utf-8")
    program.chmod(0o755)
    return folder


@pytest.fixture
def daemon() -> Iterator[Daemon]:
    """Receive what is sent to an X-Ray daemon."""
    with receivers.daemon() as received:
        yield received


@pytest.fixture
def collector() -> Iterator[Collector]:
    """Receive what is sent to an OpenTelemetry collector."""
    with receivers.collector() as received:
        yield received
