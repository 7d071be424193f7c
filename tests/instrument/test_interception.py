"""A method that runs inside a function of ours."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Callable
from typing import Any

import pytest

from otel_xray.instrument.interception import Interception


def doubled(original: Callable[..., Any], instance: Any, /, *args: Any, **kwargs: Any) -> Any:
    """Return twice what the method returns."""
    return 2 * original(instance, *args, **kwargs)


def make_class() -> type[Any]:
    """Return a new class with a method to intercept."""

    class Library:
        def call(self, number: int, *, plus: int = 0) -> int:
            """Add."""
            return number + plus

    return Library


def test_a_method_is_intercepted_once_and_put_back() -> None:
    """Applying twice intercepts once; removing restores the very same function."""
    library = make_class()
    original = library.call
    interception = Interception("call", doubled)
    interception.apply(library)
    interception.apply(library)
    assert library().call(1, plus=2) == 6
    assert library.call.__doc__ == "Add."
    interception.remove()
    interception.remove()
    assert library.call is original


def test_several_classes_of_one_name_are_intercepted_and_put_back() -> None:
    """A reloaded module's new class joins the old one."""
    old, new = make_class(), make_class()
    interception = Interception("call", doubled)
    interception.apply(old)
    interception.apply(new)
    assert (old().call(1), new().call(1)) == (2, 2)
    interception.remove()
    assert (old().call(1), new().call(1)) == (1, 1)


def test_a_foreign_wrapper_around_ours_survives() -> None:
    """Where somebody wrapped our wrapper, removing silences ours and applying wakes it again."""
    library = make_class()
    interception = Interception("call", doubled)
    interception.apply(library)
    ours = library.call
    library.call = lambda self, number: 10 + ours(self, number)
    foreign = library.call
    interception.remove()
    assert library.call is foreign
    assert library().call(1) == 11
    interception.apply(library)
    assert library().call(1) == 12
    library.call = ours
    interception.remove()
    assert library().call(1) == 1


def test_a_coroutine_function_stays_one() -> None:
    """What asks for its kind, and whoever awaits it, sees no difference; removing restores it."""

    class Library:
        async def call(self, number: int) -> int:
            return number

    async def around(original: Callable[..., Any], instance: Any, /, *args: Any) -> Any:
        return 2 * await original(instance, *args)

    original = Library.call
    interception = Interception("call", around)
    interception.apply(Library)
    kept = Library.call
    assert inspect.iscoroutinefunction(kept)
    assert 2 == asyncio.run(kept(Library(), 1))
    interception.remove()
    assert Library.call is original
    assert 1 == asyncio.run(kept(Library(), 1))


def test_a_class_without_the_method_is_refused() -> None:
    """A library that has changed is noticed, not half instrumented."""
    with pytest.raises(AttributeError, match="gone"):
        Interception("gone", doubled).apply(make_class())
