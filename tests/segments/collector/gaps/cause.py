"""The cause section."""

from __future__ import annotations

from typing import Any

from otel_xray.model.span import EventData
from tests.segments.collector.gaps.gap import ABSENT, Gap
from tests.segments.making import make_span


def raised(trace: str = "", **attributes: Any) -> list[EventData]:
    """Return the event of an exception."""
    named = {"exception.type": "E", "exception.message": "m", "exception.stacktrace": trace}
    return [EventData("exception", 1_500_000_000_000_000_000, {**named, **attributes})]


def in_language(language: str) -> dict[str, Any]:
    """Return the resource of an SDK."""
    return {"telemetry.sdk.language": language}


FIRST = ("cause", "exceptions", 0)

TRACEBACK_FROM = """Traceback (most recent call last):
  File "a.py", line 3, in f
    g()
LookupError: gone

The above exception was the direct cause of the following exception:

Traceback (most recent call last):
  File "a.py", line 7, in h
    f()
E: m
"""
TRACEBACK_CARETS = """Traceback (most recent call last):
  File "a.py", line 3, in f
    1 / 0
    ~~^~~
ZeroDivisionError: division by zero

During handling of the above exception, another exception occurred:

Traceback (most recent call last):
  File "a.py", line 7, in h
    f()
E: m
"""
TRACEBACK_BARE = TRACEBACK_CARETS.replace("    ~~^~~\n", "").replace(": division by zero", "")
TRACEBACK_GROUP = """  + Exception Group Traceback (most recent call last):
  |   File "a.py", line 7, in h
  |     raise E("m", [ValueError(1)])
  | E: m (1 sub-exception)
  +-+---------------- 1 ----------------
    | ValueError: 1
    +------------------------------------
"""
TRACEBACK_COMMA = """Traceback (most recent call last):
  File "/srv/a,b.py", line 7, in h
    f()
E: m
"""
JS = "E: m\n    at f (a.js:1:2)"

GAPS = (
    Gap(
        27,
        "An exception from another is one with it",
        make_span(events=raised(TRACEBACK_FROM), resource=in_language("python")),
        ("cause", "exceptions", 1, "type"),
        ABSENT,
        "LookupError",
    ),
    Gap(
        28,
        "Carets become part of an exception's type",
        make_span(events=raised(TRACEBACK_CARETS), resource=in_language("python")),
        ("cause", "exceptions", 1, "type"),
        "    ~~^~~\nZeroDivisionError",
        "ZeroDivisionError",
    ),
    Gap(
        29,
        "An exception without a message ends the chain",
        make_span(events=raised(TRACEBACK_BARE), resource=in_language("python")),
        ("cause", "exceptions", 1, "type"),
        ABSENT,
        "ZeroDivisionError",
    ),
    Gap(
        30,
        "Exception groups have no stack and no members",
        make_span(events=raised(TRACEBACK_GROUP), resource=in_language("python")),
        ("cause", "exceptions", 1, "type"),
        ABSENT,
        "ValueError",
    ),
    Gap(
        31,
        "A frame whose path has a comma is lost",
        make_span(events=raised(TRACEBACK_COMMA), resource=in_language("python")),
        (*FIRST, "stack", 0, "path"),
        ABSENT,
        "/srv/a,b.py",
    ),
    Gap(
        32,
        "JavaScript is not recognised by the name that its SDK uses",
        make_span(events=raised(JS), resource=in_language("nodejs")),
        (*FIRST, "stack", 0, "path"),
        ABSENT,
        "a.js",
    ),
    Gap(
        33,
        "Labels of JavaScript end with a blank",
        make_span(events=raised(JS), resource=in_language("javascript")),
        (*FIRST, "stack", 0, "label"),
        "f ",
        "f",
    ),
    Gap(
        34,
        "The id of an exception is lost, and whether it is remote",
        make_span(
            events=raised("", **{"aws.xray.exception.remote": True}),
        ),
        (*FIRST, "remote"),
        False,
        True,
    ),
    Gap(
        35,
        "Long stacks are sent whole",
        make_span(
            events=raised("E: m" + "\n\tat a.B.c(B.java:1)" * 101), resource=in_language("java")
        ),
        (*FIRST, "truncated"),
        ABSENT,
        1,
    ),
    Gap(
        36,
        "A stack trace can end the collector",
        make_span(events=raised("E: m\nCaused by: X:"), resource=in_language("java")),
        ("cause", "exceptions", 1, "type"),
        "X",
        "X",
        lost=True,
    ),
)
