from __future__ import annotations

import itertools
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest

from otel_xray.aws_lambda.imports import ImportTimer
from otel_xray.instrument import import_hook

FILES = {
    "timed_outer.py": "import timed_inner\nimport timed_inner\nVALUE = timed_inner.VALUE\n",
    "timed_inner.py": "VALUE = 42\n",
    "timed_broken.py": "import timed_inner\nraise ValueError('broken')\n",
}


@pytest.fixture(autouse=True)
def modules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Make modules that can be imported, and forget them."""
    for name, text in FILES.items():
        tmp_path.joinpath(name).write_text(text)
    monkeypatch.syspath_prepend(str(tmp_path))
    yield
    for name in FILES:
        sys.modules.pop(name.removesuffix(".py"), None)


@pytest.fixture
def timer() -> Iterator[ImportTimer]:
    """Return a timer whose clock says 0, 1, 2, …"""
    timer = ImportTimer(itertools.count().__next__)
    timer.start()
    yield timer
    timer.stop()


def test_an_import_is_measured_with_what_it_imports(timer: ImportTimer) -> None:
    """Each module once, where it was executed."""
    module = import_module("timed_outer")

    assert 42 == module.VALUE
    (outer,) = timer.outermost
    (inner,) = outer.inside
    assert ("timed_outer", 0, 3) == (outer.name, outer.start, outer.end)
    assert ("timed_inner", 1, 2) == (inner.name, inner.start, inner.end)


def test_a_module_that_fails_is_measured(timer: ImportTimer) -> None:
    """Its exception is the importer's."""
    with pytest.raises(ValueError, match="broken"):
        import_module("timed_broken")

    assert [("timed_broken", 3)] == [(one.name, one.end) for one in timer.outermost]


def test_a_module_keeps_its_own_loader(timer: ImportTimer) -> None:
    """Whoever looks at it later sees what Python found."""
    module = import_module("timed_inner")

    assert "SourceFileLoader" == type(module.__loader__).__name__
    assert module.__spec__ is not None
    assert module.__loader__ is module.__spec__.loader


def test_nothing_is_measured_after_the_end(timer: ImportTimer) -> None:
    """What is imported later belongs to no initialization."""
    timer.stop()
    import_module("timed_inner")

    assert [] == timer.outermost


@pytest.mark.parametrize("watched_first", [True, False])
def test_watched_modules_are_measured_too(*, watched_first: bool) -> None:
    """Two finders that ask all others do not ask each other for ever."""
    executed: list[str] = []
    timer = ImportTimer()

    def watch() -> None:
        import_hook.watch("timed_inner", lambda module: executed.append(module.__name__), "test")

    if watched_first:
        watch()
    timer.start()
    watch()
    try:
        import_module("timed_outer")
    finally:
        timer.stop()
        import_hook.forget("timed_inner", "test")

    assert ["timed_inner"] == executed
    assert ["timed_outer"] == [one.name for one in timer.outermost]
    assert ["timed_inner"] == [one.name for one in timer.outermost[0].inside]
