from __future__ import annotations

import sys
import traceback
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from otel_xray.segments.traceback_python import Raised, chain, parse
from tests.segments.making import steady

groups = pytest.mark.skipif(sys.version_info < (3, 11), reason="exception groups came with 3.11")


def text_of(function: Callable[[], Any]) -> str:
    """Return the traceback of what *function* raises."""
    try:
        function()
    except Exception as error:  # noqa: BLE001  any will do
        return "".join(traceback.format_exception(error))
    return ""


def read(function: Callable[[], Any]) -> list[Raised]:
    """Return the exceptions read from the traceback of what *function* raises."""
    raised = parse(text_of(function))
    assert raised is not None
    return list(chain(raised))


def lookup() -> None:
    """Raise a KeyError at a place that Python marks."""
    nothing: dict[str, Any] = {}
    nothing["key"]["more"] = 1


def chained() -> None:
    """Raise an exception from another one, with a message of several lines."""
    try:
        lookup()
    except KeyError as error:
        message = "no: such item\n\nsee below"
        raise LookupError(message) from error


def during() -> None:
    """Raise an exception while another one is handled."""
    try:
        chained()
    except LookupError:
        raise KeyboardSilence  # noqa: B904  implicitly chained on purpose


class KeyboardSilence(Exception):
    """Says nothing."""


def group(depth: int) -> None:
    """Raise a group of two, and of another group while *depth* lasts."""
    found: list[Exception] = []
    functions: list[Callable[[], None]] = [chained]
    if depth:
        functions.append(lambda: group(depth - 1))
    for function in functions:
        try:
            function()
        except Exception as error:  # noqa: BLE001  any will do
            found.append(error)
    found.append(TypeError("plain"))
    message = f"group {depth}"
    raise ExceptionGroup(message, found)  # noqa: F821  # type: ignore[name-defined,unused-ignore]


def after_group() -> None:
    """Raise an exception from a group."""
    try:
        group(0)
    except Exception as error:
        message = "after"
        raise OSError(message) from error


def names(raised: Raised | None) -> str:
    """Return the bare class name."""
    return raised.type.rpartition(".")[2] if raised else ""


def test_frames_are_read_innermost_first_and_carets_ignored() -> None:
    """Source lines and the marks under them are no part of the stack."""
    (raised,) = read(lookup)

    assert raised.type == "KeyError"
    assert raised.message == "'key'"
    assert ["lookup", "text_of"] == [frame.get("label") for frame in raised.stack]
    assert raised.stack[0].get("path") == __file__
    assert lookup.__code__.co_firstlineno + 3 == raised.stack[0].get("line")


def test_raise_from_is_a_chain() -> None:
    """The direct cause keeps its type, message and frames."""
    top, cause = read(chained)

    assert (top.type, top.message) == ("LookupError", "no: such item\n\nsee below")
    assert (cause.type, cause.message) == ("KeyError", "'key'")
    assert top.cause is cause
    assert ["lookup", "chained"] == [frame.get("label") for frame in cause.stack]


def test_during_handling_is_a_chain_too() -> None:
    """Exceptions raised while another is handled are chained, each after its own kind."""
    top, middle, first = read(during)

    assert ["KeyboardSilence", "LookupError", "KeyError"] == [*map(names, (top, middle, first))]
    assert top.cause is middle
    assert middle.cause is first
    assert top.message == ""


@groups
def test_members_of_a_group_are_read() -> None:
    """A group is followed by its members; the first of them counts as its cause."""
    top, first, cause, second = read(lambda: group(0))

    assert ["ExceptionGroup", "LookupError", "KeyError", "TypeError"] == [
        *map(names, (top, first, cause, second))
    ]
    assert top.message == "group 0 (2 sub-exceptions)"
    assert [first, second] == top.members
    assert top.cause is first
    assert first.cause is cause
    assert second.stack == []


@groups
def test_groups_may_contain_groups() -> None:
    """The margin says which group an exception belongs to."""
    top = read(lambda: group(2))[0]
    middle = top.members[1]
    inner = middle.members[1]

    assert ["LookupError", "ExceptionGroup", "TypeError"] == [*map(names, top.members)]
    assert ["LookupError", "ExceptionGroup", "TypeError"] == [*map(names, middle.members)]
    assert ["LookupError", "TypeError"] == [*map(names, inner.members)]


@groups
def test_a_group_may_be_the_cause() -> None:
    """What follows a group is chained to it."""
    top = read(after_group)[0]

    assert (top.type, top.message) == ("OSError", "after")
    assert names(top.cause) == "ExceptionGroup"


@groups
def test_members_that_are_not_printed_are_no_exceptions() -> None:
    """A line that counts further members of a long group adds none."""

    def long_group() -> None:
        raise ExceptionGroup("many", [ValueError(str(n)) for n in range(20)])  # noqa: F821, EM101  # type: ignore[name-defined,unused-ignore]

    top = read(long_group)[0]

    assert [str(n) for n in range(15)] == [member.message for member in top.members]


def test_repeated_frames_are_counted() -> None:
    """Frames that the traceback only counts are counted here too."""

    def recurse(depth: int) -> None:
        if depth:
            recurse(depth - 1)
        raise ValueError

    (raised,) = read(lambda: recurse(20))

    assert raised.truncated + len(raised.stack) == 20 + 1 + 2


def test_a_cause_without_frames_is_chained() -> None:
    """An exception that was never raised has a line of its own only."""

    def fail() -> None:
        raise ValueError from TypeError("never raised")

    top, cause = read(fail)

    assert (cause.type, cause.message, cause.stack) == ("TypeError", "never raised", [])
    assert top.cause is cause


def test_a_syntax_error_keeps_its_message() -> None:
    """The place of a syntax error is no frame."""
    (raised,) = read(lambda: compile("a b", "nowhere", "exec"))

    assert raised.type == "SyntaxError"
    assert "nowhere" not in {frame.get("path") for frame in raised.stack}


def test_a_path_may_have_commas() -> None:
    """Everything between the quotes is the path."""
    (raised,) = read(lambda: exec(compile("1 / 0", "a, b.py", "exec")))

    assert raised.stack[0] == {"path": "a, b.py", "line": 1, "label": "<module>"}


@pytest.mark.parametrize("text", ["", "ValueError: boom", "at com.example.Main(Main.java:1)"])
def test_other_text_is_no_traceback(text: str) -> None:
    """Without Python's heading nothing is read."""
    assert parse(text) is None


LINES = st.sampled_from(
    [
        "Traceback (most recent call last):",
        "  + Exception Group Traceback (most recent call last):",
        "  | Exception Group Traceback (most recent call last):",
        '  File "x.py", line 1, in f',
        '  |   File "x.py", line 1, in f',
        "  File , line 1, in x",
        "    ~~^~~",
        "KeyError:",
        "ValueError: text",
        "    | ValueError: text",
        "",
        "The above exception was the direct cause of the following exception:",
        "During handling of the above exception, another exception occurred:",
        "    | During handling of the above exception, another exception occurred:",
        "  +-+---------------- 1 ----------------",
        "    +---------------- 2 ----------------",
        "    +---------------- ... ----------------",
        "    +------------------------------------",
    ]
)


@steady
@given(st.lists(LINES | st.text()))
def test_no_text_is_too_strange(lines: list[str]) -> None:
    """Whatever the order of lines, every exception found is found once."""
    raised = parse("\n".join(lines))
    found = [] if raised is None else list(chain(raised))

    assert len({id(one) for one in found}) == len(found)
