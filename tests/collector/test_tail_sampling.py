"""Which traces tail-sampling.yaml lets through."""

from __future__ import annotations

from pathlib import Path

import pytest

from otel_xray.model.span import Kind, SpanData, StatusCode
from tests.collector.running import running
from tests.collector.waiting import wait_until
from tests.segments.collector import process
from tests.segments.making import make_span

pytestmark = pytest.mark.slow

OTHERS = 200
SECOND = 1_000_000_000


def trace(number: int, *, status: StatusCode = StatusCode.UNSET, code: int = 200) -> list[SpanData]:
    """Return a server span and one beneath it, which has the *status*."""
    root = make_span({"http.response.status_code": code}, Kind.SERVER, parent_id=None)
    inner = make_span(name="inner", parent_id=root.span_id, status=status)
    # Spread over all ids: the share is taken by a hash of the trace id.
    trace_id = (number * 0x9E3779B97F4A7C15F39CC0605CEDC835) % (1 << 128)
    return [
        root._replace(trace_id=trace_id, name=f"shop {number}"),
        inner._replace(trace_id=trace_id, span_id=root.span_id + 1),
    ]


def test_failed_and_slow_traces_pass_whole(full: str, tmp_path: Path) -> None:
    """An error beneath, a 500, a second: each passes with all its spans, and few others do."""
    slow = [span._replace(end=span.start + 2 * SECOND) for span in trace(3)]
    chosen = [trace(1, status=StatusCode.ERROR), trace(2, code=500), slow]
    others = [trace(number) for number in range(10, 10 + OTHERS)]
    with process.sink() as xray:
        overlay = {
            "exporters": {"awsxray": {"endpoint": f"http://127.0.0.1:{xray.port}"}},
            "processors": {"tail_sampling": {"decision_wait": "1s"}},
        }
        with running(full, "tail-sampling", tmp_path, overlay) as collector:
            # Spans of a trace come in two requests, as from two services.
            for part in (0, 1):
                assert 200 == collector.send(*(spans[part] for spans in [*others, *chosen]))
            last = {f"shop {number}" for number in (1, 2, 3)}
            wait_until(lambda: last <= {document["name"] for document in xray.documents})
        documents = xray.documents
    by_trace: dict[str, list[str]] = {}
    for document in documents:
        by_trace.setdefault(document["trace_id"], []).append(document["name"])

    assert all(len(names) == 2 for names in by_trace.values())
    assert len(chosen) < len(by_trace) < len(chosen) + OTHERS // 5
