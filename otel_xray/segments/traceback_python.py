"""
The text of a Python traceback as exceptions with frames.

What `traceback.format_exception` prints (Library Reference, "traceback"): blocks of frames, each
closed by the exception's own lines, joined by one of two sentences that say how the next one came
about; caret lines under the source since 3.11; exception groups behind a margin of bars. Where the
collector's parser knows one of the sentences and is led astray by the rest, this one reads them
all. Text that is none of this is kept in nobody's way: it yields no frames.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from otel_xray.model.document import StackFrame

HEADING = "Traceback (most recent call last):"

_CHAINED = frozenset(
    {
        "The above exception was the direct cause of the following exception:",
        "During handling of the above exception, another exception occurred:",
    }
)
_MARGIN = re.compile(r"(?P<margin> *)(?:\| ?|(?=\+))(?P<rest>.*)")
_MEMBER = re.compile(r"(?P<first>\+-)?\+-+ (?P<number>\d+|\.\.\.) -+")
_MEMBERS_END = re.compile(r"\+-+")
_FRAME = re.compile(r'\s*File "(?P<path>.*)", line (?P<line>\d+), in (?P<label>.+)')
_REPEATED = re.compile(r"\s*\[Previous line repeated (?P<times>\d+) more times?\]")
_EXCEPTION = re.compile(r"(?P<type>[^\W\d][\w.<>]*)(?:: ?(?P<message>.*))?")


@dataclass(slots=True, eq=False)
class Raised:
    """
    One exception of a traceback.

    Attributes:
        type: as printed; empty when the text does not say.
        message: as printed, with its later lines and notes.
        stack: innermost frame first.
        truncated: frames that the text counts but does not show.
        cause: the exception that led to this one; of a group, else its first member.
        members: the other exceptions of a group.
    """

    type: str = ""
    message: str = ""
    stack: list[StackFrame] = field(default_factory=list[StackFrame])
    truncated: int = 0
    cause: Raised | None = None
    members: list[Raised] = field(default_factory=list["Raised"])


def parse(text: str) -> Raised | None:
    """Return the exception that *text* is the traceback of; None when it is no traceback."""
    if HEADING not in text:
        return None
    reader = _Reader()
    for depth, line in _lines(text):
        reader.read(depth, line)
    return reader.finish()


def chain(raised: Raised) -> Iterator[Raised]:
    """Yield *raised*, what caused it, and the members of groups, each once."""
    waiting = [raised]
    while waiting:
        current = waiting.pop()
        yield current
        waiting.extend(reversed(current.members))
        if current.cause is not None and current.cause not in current.members:
            waiting.append(current.cause)


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """Yield each line without its margin, and how many groups it is inside of."""
    grouped = f"+ Exception Group {HEADING}" in text
    for line in text.splitlines():
        inside = _MARGIN.fullmatch(line) if grouped else None
        yield (len(inside["margin"]) // 2, inside["rest"]) if inside else (0, line)


class _Reader:
    """
    Reads lines in order; the open exceptions are those that later lines may add to.

    A group's members are one level deeper than the group, and the level above a member's is the
    group's: the margin alone tells which exception a line belongs to.
    """

    def __init__(self) -> None:
        self._open: dict[int, Raised] = {}
        self._message: list[str] = []  # lines of the current exception's, once it is named
        self._current = Raised()
        self._top = self._current

    def read(self, depth: int, line: str) -> None:
        if line in _CHAINED:
            self._chain(depth)
        elif line.endswith(HEADING) and not self._message:
            self._adopt(depth)
        elif depth and (member := _MEMBER.fullmatch(line)):
            # "+-+---- 1 ----" stands in the margin of the group, later ones in that of members.
            self._member(depth + bool(member["first"]), elided=member["number"] == "...")
        elif not (depth and _MEMBERS_END.fullmatch(line)):
            self._content(line)

    def finish(self) -> Raised:
        self._close()
        for raised in chain(self._top):
            raised.stack.reverse()
        return self._top

    def _adopt(self, depth: int) -> None:
        """Remember at which depth the current exception stands."""
        self._open.setdefault(depth, self._current)

    def _chain(self, depth: int) -> None:
        """Begin the exception that the one at *depth* led to, and put it in its place."""
        before = self._open.pop(depth, None) or self._outermost()
        after = Raised(cause=before)
        if before is self._top:
            self._top = after
        self._replace_member(depth, before, after)
        self._begin(depth, after)

    def _outermost(self) -> Raised:
        # A group at the left edge is printed one level in, the sentence after it is not.
        self._open.clear()
        return self._top

    def _member(self, depth: int, *, elided: bool) -> None:
        member = Raised()
        group = self._open.get(depth - 1)
        if group is not None and not elided:
            group.members.append(member)
            group.cause = group.cause or member
        self._begin(depth, member)

    def _begin(self, depth: int, raised: Raised) -> None:
        self._close()
        self._open = {level: other for level, other in self._open.items() if level < depth}
        self._open[depth] = raised
        self._current = raised

    def _close(self) -> None:
        self._current.message = "\n".join(self._message).rstrip("\n")
        self._message = []

    def _replace_member(self, depth: int, before: Raised, after: Raised) -> None:
        group = self._open.get(depth - 1)
        if group is not None and group.members and group.members[-1] is before:
            group.members[-1] = after
            group.cause = after if group.cause is before else group.cause

    def _content(self, line: str) -> None:
        if self._message:
            self._message.append(line)
        elif frame := _FRAME.fullmatch(line):
            self._current.stack.append(
                {"path": frame["path"], "line": int(frame["line"]), "label": frame["label"]}
            )
        elif repeated := _REPEATED.fullmatch(line):
            self._current.truncated += int(repeated["times"])
        elif named := _EXCEPTION.fullmatch(line):
            self._current.type = named["type"]
            self._message.append(named["message"] or "")
