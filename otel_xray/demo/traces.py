"""Reading traces from the console, by the JSON that its page reads."""

from __future__ import annotations

from collections.abc import Iterator
from http import HTTPStatus
from itertools import islice
from typing import Any
from urllib.parse import quote

from otel_xray.demo.http_calls import Answer, call
from otel_xray.demo.views import Page, Summary, View
from otel_xray.errors import OtelXrayError

PAGE = 100  # traces in one answer


def trace(console: str, trace_id: str) -> View | None:
    """Return ``{"trace": Summary, "rows": [Row]}``; None if there is no such trace."""
    answer = call("GET", f"{console}/api/traces/{trace_id}")
    if answer.status == HTTPStatus.NOT_FOUND:
        return None
    view: View = _read(answer)
    return view


def newest(console: str, limit: int) -> list[Summary]:
    """Return the summaries of the newest *limit* traces, newest first."""
    return list(islice(summaries(console), limit))


def summaries(console: str) -> Iterator[Summary]:
    """Yield the summaries of all traces, newest first."""
    before = ""
    while True:
        page: Page = _read(call("GET", f"{console}/api/traces?limit={PAGE}{before}"))
        yield from page["traces"]
        if page["next"] is None:
            return
        before = f"&before={quote(page['next'])}"


def annotated(console: str, key: str, value: str, limit: int) -> list[str]:
    """Return the ids of those of the newest *limit* traces that have the annotation."""
    found = newest(console, limit)
    return [summary["id"] for summary in found if value in summary["annotations"].get(key, ())]


def _read(answer: Answer) -> Any:
    if answer.status != HTTPStatus.OK:
        msg = f"The console answered {answer.status}: {answer.body.decode('utf-8', 'replace')}"
        raise OtelXrayError(msg)
    return answer.json()
