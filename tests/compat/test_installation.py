"""``import aws_xray_sdk`` means the alias between install and uninstall."""

import importlib
import inspect
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

from otel_xray import compat

SURFACE = Path(__file__).parents[3] / "shared/data/xray-sdk-surface.json"


def core() -> Any:
    """Return the module that every application imports."""
    return importlib.import_module("aws_xray_sdk.core")


def test_modules_have_the_originals_names(alias: None) -> None:
    """They are real modules: names, files, classes and the parents of each."""
    entity = importlib.import_module("aws_xray_sdk.core.models.entity")

    assert "aws_xray_sdk.core.models.entity" == entity.__name__ == entity.Entity.__module__
    assert entity.__spec__ is not None
    assert "otel_xray/compat" in str(entity.__file__)
    assert entity is core().models.entity
    assert type(core().xray_recorder).__module__ == "aws_xray_sdk.core.async_recorder"


def test_the_original_comes_back() -> None:
    """What was imported before is put aside, and is the same object afterwards."""
    before = core()
    compat.install()
    compat.install()
    within = core()
    compat.uninstall()
    compat.uninstall()

    assert "site-packages" in str(before.__file__)
    assert "otel_xray/compat" in str(within.__file__)
    assert core() is before


def test_one_variable_undoes_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """With OTEL_XRAY_COMPAT=false, installing does nothing."""
    monkeypatch.setenv("OTEL_XRAY_COMPAT", "false")

    compat.install()

    assert "site-packages" in str(core().__file__)


def test_a_typing_error_in_it_is_reported_once(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A value that is no boolean counts as the default, and says what to write."""
    monkeypatch.setenv("OTEL_XRAY_COMPAT", "perhaps")

    compat.install()
    compat.install()
    compat.uninstall()

    assert ["OTEL_XRAY_COMPAT is 'perhaps'"] == [one[:29] for one in caplog.messages]


def test_reload_gives_the_alias_again(alias: None) -> None:
    """importlib.reload finds the module where it was found first."""
    exceptions = importlib.import_module("aws_xray_sdk.core.exceptions.exceptions")

    assert "otel_xray/compat" in str(importlib.reload(exceptions).__file__)


def test_it_can_be_patched_by_name(alias: None) -> None:
    """mock.patch finds what a test of an application names."""
    with mock.patch("aws_xray_sdk.core.xray_recorder.put_annotation") as put:
        core().xray_recorder.put_annotation("a", 1)

    put.assert_called_once_with("a", 1)


def test_it_is_not_imported_by_another_name() -> None:
    """Two copies of one class would not know each other, so the second is refused."""
    with pytest.raises(ImportError, match=r"after otel_xray\.compat\.install\(\)"):
        importlib.import_module("otel_xray.compat.aws_xray_sdk.core")


def test_it_works_where_the_original_is_not_installed() -> None:
    """Nothing of the original is needed: a process from which it is hidden records all the same."""
    program = """
import sys
class Hidden:
    def find_spec(self, name, path=None, target=None):
        if name in ('aws_xray_sdk', 'botocore', 'wrapt', 'requests'):
            raise ModuleNotFoundError(name)
from otel_xray import compat
sys.meta_path.insert(0, Hidden())
compat.install()
from aws_xray_sdk.core import xray_recorder, patch_all
patch_all()
xray_recorder.configure(sampling=False)
with xray_recorder.in_segment('s'):
    print(xray_recorder.current_segment().name)
"""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", program], capture_output=True, text=True, check=False
    )

    assert ("s\n", "") == (done.stdout, done.stderr)


def surface() -> dict[str, dict[str, Any]]:
    """Return what the original's modules offer, by module."""
    dumped: dict[str, dict[str, Any]] = json.loads(SURFACE.read_text()) if SURFACE.exists() else {}
    return {name: content for name, content in dumped.items() if name.startswith("aws_xray_sdk")}


@pytest.mark.parametrize("name", sorted(surface()))
def test_the_surface_is_the_originals(alias: None, name: str) -> None:
    """Every module has every public name; functions and methods take the same parameters."""
    module = importlib.import_module(name)
    offered = surface()[name]

    assert [] == sorted(set(offered) - set(dir(module)))
    others = dict(_other_signatures(module, offered))
    others.pop("subsegment_decorator", None)  # dumped as what wrapt calls, not as its users do
    assert {} == others


def _other_signatures(module: Any, offered: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield what takes other parameters than the original's, and which."""
    for name, told in offered.items():
        thing = getattr(module, name)
        if "function" in told:
            yield from _other_parameters(name, thing, told["function"])
        for method, member in told.get("class", {}).items():
            if "method" in member:
                found = getattr(thing, method, None)
                yield from _other_parameters(f"{name}.{method}", found, member["method"])


def _other_parameters(name: str, function: Any, told: list[list[str]]) -> Iterator[tuple[str, str]]:
    if function is None:
        yield name, "missing"
        return
    found = inspect.signature(function).parameters
    accepts_any = {one.kind for one in found.values()} >= {
        inspect.Parameter.VAR_POSITIONAL,
        inspect.Parameter.VAR_KEYWORD,
    }
    if not accepts_any and not told_parameters(told) <= set(found):
        yield name, str(inspect.signature(function))


def told_parameters(told: list[list[str]]) -> set[str]:
    """Return the names by which a caller may pass arguments."""
    return {name for name, kind, _ in told if not kind.startswith("VAR_")}
