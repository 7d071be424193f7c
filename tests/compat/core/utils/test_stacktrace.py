from __future__ import annotations

from typing import Any

import pytest

from tests.compat.core.loading import core


def failing() -> None:
    """Fail."""
    raise ValueError


def caught(limit: int | None) -> Any:
    """Return the stack while an exception is handled."""
    try:
        failing()
    except ValueError:
        return core("utils.stacktrace").get_stacktrace(limit)


def asked() -> Any:
    """Return the stack while nothing is wrong."""
    return core("utils.stacktrace").get_stacktrace()


def test_the_stack_ends_where_the_exception_was_raised(alias: None) -> None:
    """The frames around come first, each of them once, the one that failed last."""
    names = [frame.name for frame in caught(None)]

    here = "test_the_stack_ends_where_the_exception_was_raised"
    assert [here, "caught", "failing"] == names[-3:]
    assert 1 == names.count("caught")


def test_without_an_exception_it_ends_before_the_caller(alias: None) -> None:
    """Who asks knows that it asks."""
    assert "test_without_an_exception_it_ends_before_the_caller" == asked()[-1].name


@pytest.mark.parametrize(("limit", "names"), [(2, ["caught", "failing"]), (1, ["failing"])])
def test_a_limit_keeps_the_last_frames(alias: None, limit: int, names: list[str]) -> None:
    """That many of those next to the exception remain."""
    assert names == [frame.name for frame in caught(limit)]


def test_a_negative_limit_keeps_the_first_frames(alias: None) -> None:
    """That many of the outermost remain."""
    every = [frame.name for frame in caught(None)]

    assert every[:2] == [frame.name for frame in caught(-2)]
    assert [] == caught(0)


def test_frames_are_read_by_index_too(alias: None) -> None:
    """They are traceback's, with the text of the line."""
    path, line, name, text = caught(1)[0]

    assert path.endswith("test_stacktrace.py")
    assert line > 0
    assert ("failing", "raise ValueError") == (name, text)
