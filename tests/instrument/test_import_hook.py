"""Functions that run after a module has been imported."""

from __future__ import annotations

import importlib
import importlib.machinery
import importlib.util
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from otel_xray.instrument import import_hook

NAME = "hooked_package.hooked"


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Make a package that can be imported, and is forgotten afterwards."""
    folder = tmp_path / "hooked_package"
    folder.mkdir()
    (folder / "__init__.py").write_text("")
    (folder / "hooked.py").write_text("loader = __loader__\nspec_loader = __spec__.loader\n")
    monkeypatch.syspath_prepend(tmp_path)
    before = list(sys.meta_path)
    yield folder
    import_hook.forget(NAME)
    assert sys.meta_path == before
    for name in [name for name in sys.modules if name.startswith("hooked_package")]:
        del sys.modules[name]


def test_the_callback_runs_after_each_execution(package: Path) -> None:
    """Import and reload call back with the executed module; a second import does not."""
    seen: list[ModuleType] = []
    import_hook.watch(NAME, seen.append)
    assert seen == []
    module = importlib.import_module(NAME)
    importlib.import_module(NAME)
    assert seen == [module]
    importlib.reload(module)
    assert seen == [module, module]


def test_the_module_names_its_real_loader(package: Path) -> None:
    """During and after its execution the module sees the loader that it would have without us."""
    import_hook.watch(NAME, lambda _: None)
    module = importlib.import_module(NAME)
    real = importlib.machinery.SourceFileLoader
    assert type(module.__loader__) is real
    assert module.__spec__ is not None
    assert type(module.__spec__.loader) is real
    assert type(module.loader) is real
    assert type(module.spec_loader) is real


def test_a_found_spec_answers_like_the_real_one(package: Path) -> None:
    """Who only looks for the module gets its source, without a callback."""
    seen: list[ModuleType] = []
    import_hook.watch(NAME, seen.append)
    spec = importlib.util.find_spec(NAME)
    assert spec is not None
    assert "loader = __loader__" in spec.loader.get_source(NAME)  # type: ignore[union-attr]
    assert seen == []


def test_a_module_that_fails_is_not_called_back_until_it_succeeds(package: Path) -> None:
    """A failed import fails as ever; the next one that succeeds calls back."""
    seen: list[ModuleType] = []
    import_hook.watch(NAME, seen.append)
    (package / "hooked.py").write_text("raise RuntimeError('mine')")
    with pytest.raises(RuntimeError, match="mine"):
        importlib.import_module(NAME)
    assert seen == []
    (package / "hooked.py").write_text("answer = 42")
    importlib.invalidate_caches()
    assert importlib.import_module(NAME).answer == 42
    assert len(seen) == 1


def test_a_forgotten_module_is_not_called_back(package: Path) -> None:
    """Forgetting before the import, or between finding and executing, means no callback."""
    seen: list[ModuleType] = []
    import_hook.watch(NAME, seen.append)
    spec = importlib.util.find_spec(NAME)
    import_hook.forget(NAME)
    import_hook.forget(NAME)
    assert spec is not None
    assert spec.loader is not None
    spec.loader.exec_module(importlib.util.module_from_spec(spec))
    importlib.import_module(NAME)
    assert seen == []


def test_a_module_made_by_hand_is_executed_and_called_back(package: Path) -> None:
    """Executing a module without a spec, as some tools do, works as ever."""
    seen: list[ModuleType] = []
    import_hook.watch(NAME, seen.append)
    spec = importlib.util.find_spec(NAME)
    assert spec is not None
    assert spec.loader is not None
    module = ModuleType(NAME)
    (package / "hooked.py").write_text("answer = 42")
    spec.loader.exec_module(module)
    assert module.answer == 42
    assert seen == [module]


def test_what_does_not_exist_stays_missing(package: Path) -> None:
    """Watching a name makes no module; its import fails as ever."""
    import_hook.watch("hooked_package.absent", lambda _: None)
    with pytest.raises(ModuleNotFoundError, match=r"hooked_package\.absent"):
        importlib.import_module("hooked_package.absent")
    import_hook.forget("hooked_package.absent")


def test_a_namespace_package_is_left_alone(package: Path) -> None:
    """A package without a file has nothing to execute, and imports as ever."""
    (package / "hooked.py").unlink()
    (package / "hooked").mkdir()
    import_hook.watch(NAME, lambda _: None)
    assert importlib.import_module(NAME).__file__ is None


def test_finders_of_before_pep_451_are_passed_over(package: Path) -> None:
    """A finder without find_spec, which importlib ignores too, does not disturb."""
    seen: list[ModuleType] = []
    import_hook.watch(NAME, seen.append)
    ancient: Any = object()
    sys.meta_path.insert(1, ancient)
    try:
        # Asked directly: importlib itself warns of such a finder.
        spec = sys.meta_path[0].find_spec(NAME, [str(package)])
    finally:
        sys.meta_path.remove(ancient)
    assert spec is not None


def test_threads_that_import_at_once_get_one_callback(package: Path) -> None:
    """However many threads import the module together, it is executed and called back once."""
    seen: list[ModuleType] = []
    barrier = threading.Barrier(8)
    import_hook.watch(NAME, seen.append)

    def work() -> None:
        barrier.wait()
        importlib.import_module(NAME)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(seen) == 1


def test_several_watch_one_module(package: Path) -> None:
    """Each key has its callback, called in their order; forgetting one leaves the others."""
    seen: list[str] = []

    def noting(key: str) -> import_hook.Callback:
        return lambda _: seen.append(key)

    for key in ("", "second", "third", "second"):
        import_hook.watch(NAME, noting(key), key)
    module = importlib.import_module(NAME)
    assert seen == ["", "second", "third"]
    import_hook.forget(NAME, "second")
    import_hook.forget(NAME, "unknown")
    importlib.reload(module)
    assert seen[3:] == ["", "third"]
    import_hook.forget(NAME, "third")


def test_a_callback_may_forget_itself(package: Path) -> None:
    """It is called once, and those after it are called all the same."""
    seen: list[str] = []

    def once(_module: ModuleType) -> None:
        seen.append("once")
        import_hook.forget(NAME, "once")

    import_hook.watch(NAME, once, "once")
    import_hook.watch(NAME, lambda _: seen.append("always"))
    importlib.reload(importlib.import_module(NAME))
    assert seen == ["once", "always", "always"]


def test_a_callback_finds_the_module_by_its_name(package: Path) -> None:
    """The module is an attribute of its package when it is called back."""
    seen: list[object] = []
    parent = importlib.import_module("hooked_package")
    import_hook.watch(NAME, lambda _: seen.append(getattr(parent, "hooked", None)))
    module = importlib.import_module(NAME)
    assert seen == [module]
