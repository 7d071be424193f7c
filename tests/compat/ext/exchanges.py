"""Requests that every framework's application answers, and what is kept of an answer."""

from __future__ import annotations

import re

TRACE_ID = "1-5759e988-bd862e3fe1be46a994272793"
PARENT_ID = "53995c3f42cd8ad8"
XRAY = "X-Amzn-Trace-Id"

REQUESTS: tuple[tuple[str, str, dict[str, str]], ...] = (
    ("GET", "/ok?color=red", {}),
    ("POST", "/ok", {"User-Agent": "shopper/1.0", "X-Forwarded-For": "192.0.2.7, 10.0.0.1"}),
    ("GET", "/ok", {"Host": "www.example.com:8080"}),
    ("HEAD", "/ok", {}),
    ("GET", "/missing", {}),
    ("GET", "/no/such/route", {}),
    ("GET", "/throttled", {}),
    ("GET", "/unavailable", {}),
    ("GET", "/raises", {}),
    ("GET", "/raises/late", {}),
    ("GET", "/moved", {}),
    ("GET", "/nested", {}),
    ("GET", "/streamed", {}),
    ("GET", "/template", {}),
    ("GET", "/template/anonymous", {}),
    ("GET", "/ok", {XRAY: f"Root={TRACE_ID}"}),
    ("GET", "/ok", {XRAY: f"Root={TRACE_ID};Parent={PARENT_ID};Sampled=1;Lineage=a"}),
    ("GET", "/ok", {XRAY: f"Root={TRACE_ID};Sampled=?"}),
    ("GET", "/ok", {XRAY: f"Root={TRACE_ID};Parent={PARENT_ID};Sampled=0"}),
    ("GET", "/nested", {XRAY: "Sampled=0"}),
    ("GET", "/raises", {XRAY: "Sampled=0"}),
    ("GET", "/ok", {XRAY: "nonsense"}),
)
UNSAMPLED = ("GET", "/ok", {XRAY: f"Root={TRACE_ID};Parent={PARENT_ID};Sampled=0"})


def tracing(header: str | None) -> str | None:
    """Return a tracing header of a response with words in the place of ids."""
    if header is None:
        return None
    told = header.replace(TRACE_ID, "its own")
    return re.sub(r"1-[0-9a-f]{8}-[0-9a-f]{24}", "a new one", told)


def with_own_trace(answers: list[list[object]]) -> list[list[object]]:
    """
    Return the X-Ray SDK's answers as they are under the alias.

    Difference: an unsampled request keeps its trace, where the X-Ray SDK gave it one of zeros.
    """
    places = [place for place, request in enumerate(REQUESTS) if request == UNSAMPLED]
    return [
        [*answer[:-1], "Root=its own"] if place in places else answer
        for place, answer in enumerate(answers)
    ]
