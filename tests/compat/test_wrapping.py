"""Methods of libraries that the alias wraps."""

from __future__ import annotations

import asyncio
import functools
import inspect
import sys
from types import ModuleType
from typing import Any

import pytest
import wrapt

from otel_xray.compat import wrapping

PATCH = """
def around(wrapped, instance, args, kwargs):
    return [NAME, wrapped(*args, **kwargs), instance.name]

async def awaited(wrapped, instance, args, kwargs):
    return [NAME, await wrapped(*args, **kwargs), instance.name]
"""


class Library:
    """A class as a library has it."""

    name = "object"

    def call(self, *args: Any, **kwargs: Any) -> Any:
        """Return the arguments."""
        return [*args, kwargs]

    async def fetch(self, *args: Any) -> Any:
        """Return the arguments."""
        return [*args]


@pytest.fixture
def library() -> Any:
    """Return a class that nobody has wrapped yet."""
    return type("Library", (Library,), {"call": Library.call, "fetch": Library.fetch})


def patch(monkeypatch: pytest.MonkeyPatch, name: str = "ours") -> Any:
    """Return a module with functions that go around, in the place of an earlier one."""
    module = ModuleType("patch_under_test")
    vars(module)["NAME"] = name
    exec(PATCH, vars(module))
    monkeypatch.setitem(sys.modules, "patch_under_test", module)
    return module


def test_a_method_is_called_by_the_function(library: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """It gets the bound method, its object and the arguments, whatever they are called."""
    wrapping.wrap(library, "call", patch(monkeypatch).around)

    expected = ["ours", [1, {"instance": 2, "self_": 3}], "object"]
    assert expected == library().call(1, instance=2, self_=3)
    assert "call" == library.call.__name__
    assert library.call.__wrapped__ is Library.call


def test_a_coroutine_function_stays_one(library: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """What asks whether it must be awaited hears the same as before."""
    module = patch(monkeypatch)
    wrapping.wrap(library, "fetch", module.awaited)

    assert inspect.iscoroutinefunction(library.fetch)
    assert ["ours", [1], "object"] == asyncio.run(library().fetch(1))
    monkeypatch.delitem(sys.modules, module.__name__)
    assert [1] == asyncio.run(library().fetch(1))


def test_wrapping_again_changes_nothing(library: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """There is one wrapper, also in a class that inherits the method."""
    module = patch(monkeypatch)
    for _ in range(2):
        wrapping.wrap(library, "call", module.around)
    heir: Any = type("Heir", (library,), {})
    wrapping.wrap(heir, "call", module.around)

    assert ["ours", [{}], "object"] == heir().call()
    assert "call" not in vars(heir)


def test_a_new_alias_takes_the_wrapper_over(library: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that was taken back only passes calls on, until the next one wraps the method."""
    wrapping.wrap(library, "call", patch(monkeypatch, "first").around)
    second = patch(monkeypatch, "second")
    assert [{}] == library().call()

    wrapping.wrap(library, "call", second.around)
    assert ["second", [{}], "object"] == library().call()


def test_unwrapping_restores_the_method(library: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Exactly the library's own is there again; nothing happens where nothing is wrapped."""
    wrapping.unwrap(library, "call")
    wrapping.unwrap(library, "missing")
    wrapping.wrap(library, "call", patch(monkeypatch).around)
    for _ in range(2):
        wrapping.unwrap(library, "call")
        assert vars(library)["call"] is Library.call


@pytest.mark.parametrize("kind", ["function", "proxy"])
def test_who_wraps_the_wrapper_keeps_his(
    library: Any, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    """Somebody else's wrapper stays, and inside of it nothing of ours happens any more."""
    module = patch(monkeypatch)
    wrapping.wrap(library, "call", module.around)
    inner = library.call
    if kind == "function":

        @functools.wraps(inner)
        def outer(self: Any, *args: Any) -> Any:
            return "theirs", inner(self, *args)

        library.call = outer
    else:
        wrapt.wrap_function_wrapper(
            library, "call", lambda wrapped, _instance, args, _kwargs: ("theirs", wrapped(*args))
        )

    assert ("theirs", ["ours", [{}], "object"]) == library().call()
    wrapping.unwrap(library, "call")
    assert ("theirs", [{}]) == library().call()
    wrapping.wrap(library, "call", module.around)
    assert ("theirs", ["ours", [{}], "object"]) == library().call()
