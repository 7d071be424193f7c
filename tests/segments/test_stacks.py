from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from otel_xray.segments import stacks
from otel_xray.segments.traceback_python import Raised
from tests.segments.making import steady

JAVA = """java.lang.IllegalStateException: bad
\tat com.example.Orders.store(Orders.java:42)
\tat app//com.example.Main.run(Main.java)
\tat java.base/java.lang.Thread.run(Thread.java:833)
\tSuppressed: java.io.IOException: closing
\t\tat com.example.Other.close(Other.java:1)
Caused by: java.lang.RuntimeException: first line
second line
\tat com.example.Store.put(Store.java: 7)
\t... 23 more
Caused by: foo:
\tat com.example.Native.call(Native Method)"""

JAVASCRIPT = """TypeError: x is not a function
    at store (/app/orders.js:12:5)
    at new Order (/app/order.js:3:1)
    at /app/index.js:1:2
    at Array.map (native)
    something else"""

DOTNET = """System.Exception: bad
   at Orders.Store(String id) in C:\\app\\Orders.cs:line 12
   at Orders.Run()
--- End of stack trace ---"""

GO = """goroutine 7 [running]:
main.store(0x1)
\t/app/main.go:42 +0x1d
main.main()
\t/app/main.go:10"""


def frames(raised: Raised | None) -> list[tuple[str | None, str | None, int | None]]:
    """Return label, path and line of each frame."""
    stack = raised.stack if raised else []
    return [(frame.get("label"), frame.get("path"), frame.get("line")) for frame in stack]


@pytest.mark.parametrize("language", ["java", "php"])
def test_java_frames_and_causes_are_read(language: str) -> None:
    """Module names are cut, suppressed exceptions skipped, causes chained."""
    top = stacks.parse(JAVA, language)

    assert top is not None
    assert frames(top) == [
        ("com.example.Orders.store", "Orders.java", 42),
        ("com.example.Main.run", "Main.java", 0),
        ("java.lang.Thread.run", "Thread.java", 833),
    ]
    cause = top.cause
    assert cause is not None
    assert (cause.type, cause.message) == ("java.lang.RuntimeException", "first linesecond line")
    assert frames(cause) == [("com.example.Store.put", "Store.java", 7)]
    assert cause.cause is not None
    assert (cause.cause.type, cause.cause.message) == ("foo", "")
    assert frames(cause.cause) == [("com.example.Native.call", "Native Method", 0)]


@pytest.mark.parametrize("language", ["javascript", "nodejs", "webjs"])
def test_javascript_frames_are_read(language: str) -> None:
    """A frame has a label or none, and a place or none."""
    assert frames(stacks.parse(JAVASCRIPT, language)) == [
        ("store", "/app/orders.js", 12),
        ("new Order", "/app/order.js", 3),
        ("", "/app/index.js", 1),
        ("Array.map", "native", 0),
    ]


def test_dotnet_frames_are_read() -> None:
    """A frame of an assembly without symbols has no place."""
    assert frames(stacks.parse(DOTNET, "dotnet")) == [
        ("Orders.Store(String id)", "C:\\app\\Orders.cs", 12),
        ("Orders.Run()", "", 0),
    ]


def test_go_frames_are_two_lines() -> None:
    """The function comes first, its place after it."""
    assert frames(stacks.parse(GO, "go")) == [
        ("main.store(0x1)", "/app/main.go", 42),
        ("main.main()", "/app/main.go", 10),
    ]


@pytest.mark.parametrize("language", ["python", "", "rust"])
def test_a_python_traceback_is_recognised_without_its_language(language: str) -> None:
    """Python's heading is enough."""
    text = 'Traceback (most recent call last):\n  File "a.py", line 3, in f\nValueError: x'

    assert frames(stacks.parse(text, language)) == [("f", "a.py", 3)]


@steady
@given(st.sampled_from(sorted(stacks.PARSERS)), st.text())
def test_any_text_is_read_without_an_error(language: str, text: str) -> None:
    """Free text where a stack trace should be yields what can be recognised, or nothing."""
    raised = stacks.parse(text, language)

    assert raised is None or isinstance(raised, Raised)


STACK: list[Any] = [
    {"path": "inner.src", "line": 7, "label": "store"},
    {"path": "outer.src", "line": 3, "label": "run"},
]


@pytest.mark.parametrize("language", [*stacks.PARSERS, "", "ruby"])
def test_a_stack_is_written_as_the_language_prints_it(language: str) -> None:
    """What is written is read again: the same frames, the innermost first."""
    stack = [{**frame, "label": f"{frame['label']}()"} for frame in STACK]
    used = stack if language == "dotnet" else STACK
    text = stacks.format({"type": "Error", "message": "bad", "stack": used}, language)
    read = stacks.parse(text, language if language in stacks.PARSERS else "java")

    assert read is not None
    assert "Error: bad" in text
    assert read.stack == used


def test_a_stack_of_junk_is_written_too() -> None:
    """Missing members are empty."""
    text = stacks.format({"stack": [{}, 5, {"label": "{x}"}]}, "")

    assert text == ": \n\tat (:0)\n\tat (:0)\n\tat {x}(:0)"
