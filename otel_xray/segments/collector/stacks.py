"""
Stack traces, as the exporter reads them: with its quirks, a language at a time.

The exporter looks for fixed texts where a language prints them and takes everything else for part
of nothing. On text where its own code fails (an index out of range) an empty text is read here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from otel_xray.model.document import StackFrame
from otel_xray.segments.collector.value import number_in

Parser: TypeAlias = "Callable[[str], list[Raised]]"


@dataclass(slots=True)
class Raised:
    """
    An exception; each one of a list was caused by the next.

    Attributes:
        type: empty for the first, which the event names.
        message: the same.
        stack: frames in the order in which they are read.
    """

    type: str = ""
    message: str = ""
    stack: list[StackFrame] = field(default_factory=list[StackFrame])


def parse(text: str, language: str) -> list[Raised]:
    """Return the exception that *text* belongs to, and those that led to it."""
    parser = PARSERS.get(language)
    return parser(text) if text and parser else [Raised()]


def _lines(text: str) -> Iterator[str]:
    """Yield lines as Go's text reader does: a carriage return counts only before a line feed."""
    pieces = text.split("\n")
    last = pieces.pop()
    for piece in pieces:
        yield piece.removesuffix("\r")
    if last:
        yield last


def _frame(label: str, path: str, line: str) -> StackFrame:
    return {"path": path, "label": label, "line": number_in(line)}


# --- Java, and PHP, which prints the same ------------------------------------------------------

_AT = "\tat "
_CAUSED = "Caused by: "


def _java(text: str) -> list[Raised]:
    found = [Raised()]
    continued = False  # a message may have several lines
    for line in list(_lines(text))[1:]:
        place = line.startswith(_AT) and "(" in line and line.endswith(")")
        if place:
            found[-1].stack.append(_java_frame(line))
            continued = False
        elif continued:
            found[-1].message += line
        elif line.startswith(_CAUSED):
            named, colon, message = line[len(_CAUSED) :].partition(":")
            found.append(Raised(named, message[1:] if colon else ""))
            continued = True
    return found


def _java_frame(line: str) -> StackFrame:
    label, _, place = line[len(_AT) : -1].partition("(")
    module, slash, name = label.partition("/")
    path, _, number = place.partition(":")
    return _frame(name if slash else module, path, number)


# --- Python ------------------------------------------------------------------------------------

_FILE = "  File "
_DURING = "During handling of the above exception, another exception occurred:"
_FILE_PARTS = 3
_QUOTE = len(_FILE) + 1


def _python(text: str) -> list[Raised]:
    lines = text.split("\n")
    found = [Raised()]
    at = len(lines) - 2  # the last line is the exception's own
    while at >= 0:
        line = lines[at]
        if line.startswith(_FILE):
            _add_python_frame(line, found[-1])
        elif line.startswith(_DURING):
            above = next((n for n in range(at - 1, -1, -1) if lines[n].startswith(_FILE)), None)
            cause = _python_cause(lines, above, at)
            if above is None or cause is None:
                return found
            found.append(cause)
            at = above
            continue
        at -= 1
    return found


def _python_cause(lines: list[str], above: int | None, at: int) -> Raised | None:
    """Return the exception whose last frame is at *above*, printed before the line *at*."""
    if above is None:
        return None
    named, colon, message = "\n".join(lines[above + 2 : at - 1]).partition(":")
    return Raised(named, message[1:]) if colon else None


def _add_python_frame(line: str, raised: Raised) -> None:
    parts = line.split(",")
    if len(parts) != _FILE_PARTS:  # a comma in the path, too
        return
    path, number, label = parts
    raised.stack.append(
        _frame(
            label[4:] if label.startswith(" in ") else "",
            path[_QUOTE:-1],
            number[6:] if number.startswith(" line ") else "",
        )
    )


# --- JavaScript --------------------------------------------------------------------------------

_JS_AT = "    at "


def _javascript(text: str) -> list[Raised]:
    raised = Raised()
    for line in list(_lines(text))[1:]:
        if line.startswith(_JS_AT):
            frame = _javascript_frame(line[len(_JS_AT) :])
            if any(frame.values()):
                raised.stack.append(frame)
    return [raised]


def _javascript_frame(said: str) -> StackFrame:
    label, parenthesis, place = said.partition("(")
    if not parenthesis:
        label, place = "", said
    elif said.endswith(")"):
        place = place[:-1]
    else:
        label = place = ""
    path, colon, rest = place.partition(":")
    number, second, _ = rest.partition(":")
    if second:
        return _frame(label, path, number)
    if not colon and "native" in place:
        place = "native"
    return _frame(label, place, "")


# --- .NET --------------------------------------------------------------------------------------

_DOTNET_AT = "at "
_IN = " in "


def _dotnet(text: str) -> list[Raised]:
    raised = Raised()
    for line in list(_lines(text))[1:]:
        said = line.strip()
        if not said.startswith(_DOTNET_AT):
            continue
        if _IN in said:
            raised.stack.append(_dotnet_frame(*said.split(_IN)[:2]))
        elif ")" in said:
            label, end, _ = said[len(_DOTNET_AT) :].rpartition(")")
            raised.stack.append(_frame(label + end, "", ""))
    return [raised]


def _dotnet_frame(label: str, place: str) -> StackFrame:
    path, colon, number = place.rpartition(":")
    if not colon:
        return _frame(label[len(_DOTNET_AT) :], place, "")
    number = number[5:] if number.startswith("line") else number
    return _frame(label[len(_DOTNET_AT) :], path, number)


# --- Go ----------------------------------------------------------------------------------------

_PLACE = re.compile(r"(?P<path>[^:\t\n\f\r ]+):(?P<line>[0-9]+)")
_RUNNING = re.compile(r"goroutine.*\brunning\b.*:", re.ASCII)


def _go(text: str) -> list[Raised]:
    raised = Raised()
    lines = list(_lines(text))[1:]
    path, number = "", "0"
    at = 0
    while at < len(lines):
        at += bool(_RUNNING.fullmatch(lines[at]))
        label, where = (*lines[at : at + 2], "", "")[:2]
        place = _PLACE.search(where)
        if place:  # else that of the frame before is repeated
            path, number = place["path"], place["line"]
        raised.stack.append(_frame(label, path, number))
        at += 2
    return [raised]


PARSERS: Mapping[str, Parser] = {
    "java": _java,
    "php": _java,
    "python": _python,
    "javascript": _javascript,
    "dotnet": _dotnet,
    "go": _go,
}
