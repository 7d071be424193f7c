"""A story as text: the traces in their order, what lies between them, and how to ask elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timezone
from typing import Any, TypeAlias

Members: TypeAlias = Mapping[str, Any]  # of the story's JSON
Names: TypeAlias = Mapping[tuple[int, str], str]  # (number of the trace, id) → name

_FLAWS = (("hasFault", "fault"), ("hasError", "error"), ("hasThrottle", "throttle"))
_UNITS = (("d", 86_400), ("h", 3_600), ("min", 60))
_SECOND, _MILLISECOND = 1.0, 1e-3
_WIDTH = 10  # of a time


def lines(story: Members, most_rows: int) -> Iterator[str]:
    """
    Yield the lines.

    Args:
        story: the answer to ``GET /api/story``.
        most_rows: of each trace.
    """
    traces: Sequence[Members] = story["traces"]
    if traces:
        yield from _headline(story)
        names = {
            (number, row["id"]): _plain(row["name"])
            for number, trace in enumerate(traces, 1)
            for row in trace["rows"]
        }
        for number, trace in enumerate(traces, 1):
            yield ""
            yield from _trace(number, trace, most_rows, names)
        yield ""
    yield "The same question elsewhere:"
    for language, expression in story["filters"].items():
        yield f"  {language:8} {_plain(expression)}"


def duration(seconds: float) -> str:
    """Return *seconds* for people: at most two units, ``2 min 14 s``."""
    if 0 < seconds < _MILLISECOND:
        return f"{seconds * 1e6:.0f} µs"
    if round(seconds, 3) < _SECOND:
        return f"{seconds * 1e3:.0f} ms"
    if round(seconds, 1) < _UNITS[-1][1]:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    for place, (unit, size) in enumerate(_UNITS):
        if whole >= size:
            below, less = _UNITS[place + 1] if place + 1 < len(_UNITS) else ("s", 1)
            rest = whole % size // less
            return f"{whole // size} {unit} {rest} {below}" if rest else f"{whole // size} {unit}"
    raise AssertionError  # pragma: no cover  it is a minute at least


def _headline(story: Members) -> Iterator[str]:
    traces: Sequence[Members] = story["traces"]
    summaries = [trace["trace"] for trace in traces]
    pairs = ", ".join(f"{key}={value}" for key, value in story["pairs"].items())
    services = {service for summary in summaries for service in summary["services"]}
    parts = [_count(len(traces), "trace"), _count(len(services), "service")]
    ends = [summary["end"] for summary in summaries if summary["end"] is not None]
    if ends:
        parts.append(duration(max(ends) - summaries[0]["start"]))
    for member, word in _FLAWS:
        flawed = sum(bool(summary[member]) for summary in summaries)
        if flawed:
            parts.append(f"{_count(flawed, 'trace')} with a {word}".replace("a error", "an error"))
    yield f"{_plain(pairs)}: {', '.join(parts)}"
    if story["total"] > len(traces):
        yield f"(the newest {len(traces)} of {story['total']} traces; --traces shows more)"


def _trace(number: int, trace: Members, most_rows: int, names: Names) -> Iterator[str]:
    summary: Members = trace["trace"]
    if trace["gap"] is not None:
        yield f"   --- {_gap(trace['gap'])} ---"
        yield ""
    lasted = "in progress" if summary["duration"] is None else duration(summary["duration"])
    yield f"{number}. {_time(summary['start'])}  {summary['id']}  {lasted}{_http(summary)}"
    rows: Sequence[Members] = trace["rows"]
    for row in rows[:most_rows]:
        yield _row(row, summary["start"])
        for link in trace["links"]:
            if link["from"] == row["id"]:
                yield f"{'':{2 * _WIDTH + 6 + 2 * row['depth']}}{_link(link, names)}"
    if len(rows) > most_rows:
        more = _count(len(rows) - most_rows, "more row")
        yield f"{'':{2 * _WIDTH + 4}}... {more}; --rows shows them"


def _gap(seconds: float) -> str:
    return f"{duration(seconds)} later" if seconds >= 0 else "meanwhile"


def _http(summary: Members) -> str:
    http: Members = summary["http"] or {}
    said = " ".join(str(http[member]) for member in ("method", "url", "status") if http.get(member))
    return f"  {_plain(said)}" if said else ""


def _row(row: Members, start: float) -> str:
    begins = f"+{duration(max(row['start'] - start, 0.0))}"
    lasted = "" if row["end"] is None else duration(max(row["end"] - row["start"], 0.0))
    words = [_plain(row["name"])]
    if row["origin"]:
        words.append(f"[{_plain(row['origin'])}]")
    if row["status"] != "ok":
        words.append(row["status"].upper())
    if row["code"] is not None:
        words.append(str(row["code"]))
    indent = "  " * row["depth"]
    return f"  {begins:>{_WIDTH}} {lasted:>{_WIDTH}}  {indent}{' '.join(words)}"


def _link(link: Members, names: Names) -> str:
    kind = _plain(link["kind"] or "link")
    if link["number"] is None:
        return f"-> {kind}: {link['id']} of trace {link['trace']}, which is not in this story"
    name = names.get((link["number"], link["id"]))
    return f"-> {kind}: {f'{name} ' if name else ''}{link['id']} of trace {link['number']}"


def _time(seconds: float) -> str:
    try:
        moment = datetime.fromtimestamp(seconds, timezone.utc)
    except (ValueError, OverflowError, OSError):  # no year has it
        return f"{seconds:.3f}"
    return f"{moment:%Y-%m-%d %H:%M:%S}.{moment.microsecond // 1000:03} UTC"


def _count(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"


def _plain(text: str) -> str:
    """Return *text* without what would command the terminal: names come from outside."""
    return "".join(one if one.isprintable() else repr(one)[1:-1] for one in text)
