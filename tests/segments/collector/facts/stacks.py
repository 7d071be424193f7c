"""Stacks of exceptions."""

from __future__ import annotations

from typing import Any

from otel_xray.model.span import Kind
from tests.segments.collector.facts.fact import Fact
from tests.segments.collector.gaps.cause import in_language, raised
from tests.segments.making import make_span

TOP = (0, "cause", "exceptions", 0, "stack")
CHAIN = (0, "cause", "exceptions", 1)


def frame(label: str, path: str, line: int = 0) -> dict[str, Any]:
    """Return a frame."""
    return {"label": label, "path": path, "line": line}


def stack(language: str, *lines: str, frames: list[dict[str, Any]], says: str) -> Fact:
    """Return what becomes of the lines after the first of a stack trace."""
    trace = "\n".join(("E: m", *lines))
    span = make_span(kind=Kind.CLIENT, events=raised(trace), resource=in_language(language))
    return Fact(f"{language}: {says}", span, TOP, frames)


def python(*lines: str) -> Any:
    """Return a span in which a Python exception was raised."""
    trace = "\n".join((*lines, "E: m"))
    return make_span(events=raised(trace), resource=in_language("python"))


DURING = "During handling of the above exception, another exception occurred:"

JAVA = make_span(
    events=raised(
        "E: m\n\tat a.B.c(B.java:1)\nCaused by: X: one\ntwo\n\tat d.E.f(E.java)\nCaused by: Y"
    ),
    resource=in_language("java"),
)
PYTHON = python(
    '  File "a.py", line 1, in f',
    "    1 / 0",
    "ZeroDivisionError: division: zero",
    "",
    DURING,
    "",
    "Traceback (most recent call last):",
    '  File "a.py", line x, in g',
    "    f()",
)

FACTS = (
    Fact("java: a cause has a message of several lines", JAVA, (*CHAIN, "message"), "onetwo"),
    Fact("java: and its own stack", JAVA, (*CHAIN, "stack"), [frame("d.E.f", "E.java")]),
    Fact("java: a cause may have no message", JAVA, (0, "cause", "exceptions", 2, "type"), "Y"),
    stack(
        "php",
        "\tat app//a.B.c(B.java: 1)",
        "\tat a.B.native(Native Method)\r",
        "\t... 3 more",
        "\tat a.B.d(B.java:99999999999999999999)",
        "\tat a.B.e(B.java:7",
        frames=[
            frame("/a.B.c", "B.java"),
            frame("a.B.native", "Native Method"),
            frame("a.B.d", "B.java", (1 << 63) - 1),
        ],
        says="a module is cut off, and numbers are Go's",
    ),
    Fact("python: what was handled is the cause", PYTHON, (*CHAIN, "type"), "ZeroDivisionError"),
    Fact("python: with its message", PYTHON, (*CHAIN, "message"), "division: zero"),
    Fact("python: and its stack", PYTHON, (*CHAIN, "stack"), [frame("f", "a.py", 1)]),
    Fact("python: a line that is no number is 0", PYTHON, TOP, [frame("g", "a.py")]),
    Fact(
        "python: parts may be missing",
        python('  File "a.py", lines 1, of f', "    x"),
        TOP,
        [frame("", "a.py")],
    ),
    Fact(
        "python: nothing before it, no chain",
        python(DURING, '  File "a.py", line 1, in f', "    x"),
        TOP,
        [frame("f", "a.py", 1)],
    ),
    stack(
        "javascript",
        "    at f (/a.js:1:2)",
        "    at /b.js:3:4",
        "    at Array.forEach (native)",
        "    at new Promise (<anonymous>)",
        "    at native code",
        "    at one (/c.js:5)",
        "    at open (/d.js:6",
        "elsewhere",
        frames=[
            frame("f ", "/a.js", 1),
            frame("", "/b.js", 3),
            frame("Array.forEach ", "native"),
            frame("new Promise ", "<anonymous>"),
            frame("", "native"),
            frame("one ", "/c.js:5"),
        ],
        says="a place has two numbers, or none",
    ),
    stack(
        "dotnet",
        "   at A.B(String s) in C:\\b.cs:line 11",
        "   at A.C() in C:\\c.cs:12",
        "   at A.D() in nowhere",
        "   at A.E(String s)",
        "   at A.F",
        " ---> X: inner\n",
        frames=[
            frame("A.B(String s)", "C:\\b.cs", 11),
            frame("A.C()", "C:\\c.cs", 12),
            frame("A.D()", "nowhere"),
            frame("A.E(String s)", ""),
        ],
        says="a place may be missing",
    ),
    stack(
        "go",
        "goroutine 2 [running]:",
        "main.f(0x1)",
        "\t/srv/f.go:3 +0x4",
        "created by main.g",
        "nowhere",
        "main.h()",
        frames=[
            frame("main.f(0x1)", "/srv/f.go", 3),
            frame("created by main.g", "/srv/f.go", 3),
            frame("main.h()", "/srv/f.go", 3),
        ],
        says="a place that is missing is that of the frame before",
    ),
)
