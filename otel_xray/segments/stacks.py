"""
The text of a stack trace as exceptions with frames, for the languages that X-Ray has an SDK for.

The language is that of the span's SDK (``telemetry.sdk.language``). What is recognised is what
the collector recognises, and where a runtime calls itself otherwise (``nodejs``) that too.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from otel_xray.model.document import Json, StackFrame
from otel_xray.segments import traceback_python
from otel_xray.segments.traceback_python import Raised
from otel_xray.segments.values import list_of, object_of

Parser: TypeAlias = Callable[[str], "Raised | None"]


@dataclass(frozen=True, slots=True)
class Grammar:
    """
    How a language prints stack traces, a line at a time; the innermost frame comes first.

    Attributes:
        frame: matches a frame; groups label, path and line, each of which may be missing.
        caused: matches the line that begins the exception's cause; groups type and message.
    """

    frame: re.Pattern[str]
    caused: re.Pattern[str] | None = None

    def __call__(self, text: str) -> Raised:
        """Return the frames of *text*, whose first line names the exception."""
        top = current = Raised()
        message: list[str] = []
        for line in text.splitlines()[1:]:
            if frame := self.frame.fullmatch(line):
                current.stack.append(_frame(frame))
            elif self.caused and (caused := self.caused.fullmatch(line)):
                current.message = "".join(message)
                message = [caused["message"] or ""]
                current.cause = Raised(type=caused["type"])
                current = current.cause
            elif message and not current.stack:
                message.append(line)
        current.message = "".join(message)
        return top


def _frame(match: re.Match[str]) -> StackFrame:
    line = match["line"]
    return {
        "path": match["path"] or "",
        "line": int(line) if line else 0,
        "label": match["label"] or "",
    }


# "\tat" with one tab: suppressed exceptions are printed with two.
_JVM = Grammar(
    re.compile(r"\tat (?:[^(]*/)?(?P<label>[^(/]*)\((?P<path>[^:)]*)(?:: ?(?P<line>-?\d{1,9}))?\)"),
    re.compile(r"Caused by: (?P<type>[^:]+)(?:: ?(?P<message>.*))?"),
)
_JAVASCRIPT = Grammar(
    re.compile(
        r"\s+at (?:(?P<label>[^(]+?) )?\(?"
        r"(?P<path>native|<anonymous>|[^()]+?)(?::(?P<line>\d{1,9}))?(?::\d{1,9})?\)?"
    )
)
_DOTNET = Grammar(
    re.compile(r"\s*at (?P<label>.+?\))(?: in (?P<path>.+?)(?::line (?P<line>\d{1,9}))?)?")
)
_GO_PLACE = re.compile(r"\s+(?P<path>.+):(?P<line>\d{1,9})(?: \+0x[0-9a-f]+)?")
_GO_ROUTINE = re.compile(r"goroutine \d+ \[.*\]:")


def _go(text: str) -> Raised:
    """Go prints a frame as two lines: the function, then where it is."""
    raised = Raised()
    label = ""
    for line in text.splitlines():
        place = _GO_PLACE.fullmatch(line)
        if place:
            raised.stack.append({"path": place["path"], "line": int(place["line"]), "label": label})
        elif not _GO_ROUTINE.fullmatch(line):
            label = line
    return raised


PARSERS: Mapping[str, Parser] = {
    "python": traceback_python.parse,
    **dict.fromkeys(("java", "php"), _JVM),
    **dict.fromkeys(("javascript", "nodejs", "webjs"), _JAVASCRIPT),
    "dotnet": _DOTNET,
    "go": _go,
}


def parse(text: str, language: str) -> Raised | None:
    """
    Return what *text* says about the exception that it belongs to.

    Args:
        text: ``exception.stacktrace``.
        language: ``telemetry.sdk.language``; without one, a Python traceback is recognised.

    Returns:
        The outermost exception with its causes; None when nothing is recognised.
    """
    parser = PARSERS.get(language, traceback_python.parse)
    return parser(text)


@dataclass(frozen=True, slots=True)
class Style:
    """
    How a language prints an exception, one that is known as members of a document.

    Attributes:
        frame: of one frame; path, line and label are filled in.
        heading: of the first line; type and message are filled in.
        outermost_first: the exception's own line, and its innermost frame, come last.
    """

    frame: str
    heading: str = "{type}: {message}"
    outermost_first: bool = False


_JVM_STYLE = Style("\tat {label}({path}:{line})")
STYLES: Mapping[str, Style] = {
    "python": Style('  File "{path}", line {line}, in {label}', outermost_first=True),
    "go": Style("{label}\n\t{path}:{line}"),
    "dotnet": Style("   at {label} in {path}:line {line}"),
    **dict.fromkeys(("javascript", "nodejs", "webjs"), Style("    at {label} ({path}:{line})")),
}


def format(record: Mapping[str, Json], language: str) -> str:  # noqa: A001  the pair of parse
    """
    Return the stack trace of *record*, an exception of a document, as people read it.

    Args:
        record: an exception of a document; a stack of junk gives junk.
        language: ``telemetry.sdk.language``; the JVM's style stands in for unknown ones.
    """
    style = STYLES.get(language, _JVM_STYLE)
    head = style.heading.format(type=record.get("type", ""), message=record.get("message", ""))
    frames = [
        style.frame.format(
            path=frame.get("path", ""), line=frame.get("line", 0), label=frame.get("label", "")
        )
        for frame in map(object_of, list_of(record.get("stack")))
    ]
    if style.outermost_first:
        return "\n".join([traceback_python.HEADING, *reversed(frames), head])
    return "\n".join([head, *frames])
