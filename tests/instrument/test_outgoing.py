"""Which calls are traced, and under which parent."""

from __future__ import annotations

import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.trace import Tracer

from otel_xray.instrument import outgoing

ROOT = "Root=1-5759e988-bd862e3fe1be46a994272793"
PARENT = "Parent=53995c3f42cd8ad8"


def test_a_tracer_follows_the_provider(monkeypatch: pytest.MonkeyPatch) -> None:
    """A tracer is kept as long as its provider is the global one, and no longer."""
    first, second = (TracerProvider(shutdown_on_exit=False) for _ in range(2))
    monkeypatch.setattr(trace, "_TRACER_PROVIDER", first)
    kept = outgoing.tracer("scope")
    assert outgoing.tracer("scope") is kept
    assert outgoing.tracer("other") is not kept
    monkeypatch.setattr(trace, "_TRACER_PROVIDER", second)
    assert outgoing.tracer("scope") is not kept


@pytest.mark.parametrize(
    ("text", "sampled"),
    [
        (f"{ROOT};{PARENT};Sampled=1", True),
        (f"{ROOT};{PARENT}", True),
        (f"{ROOT};{PARENT};Sampled=?", True),
        (f"{ROOT};{PARENT};Sampled=0", False),
    ],
)
def test_lambdas_header_gives_a_remote_parent(
    text: str, sampled: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The function's segment is the parent; a missing decision counts as sampled."""
    monkeypatch.setenv("_X_AMZN_TRACE_ID", text)
    context = outgoing.parent()
    assert context is not None
    span = trace.get_current_span(context).get_span_context()
    assert (span.is_remote, span.trace_flags.sampled) == (True, sampled)
    assert span.span_id == 0x53995C3F42CD8AD8


@pytest.mark.parametrize(
    "text", ["", ROOT, PARENT, "Root=nonsense;Parent=1", f"{ROOT};Lineage=1:2:3"]
)
def test_a_header_that_names_no_segment_gives_no_parent(
    text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without Root and Parent there is no segment, so nothing is traced."""
    monkeypatch.setenv("_X_AMZN_TRACE_ID", text)
    assert outgoing.parent() is None


def test_a_current_span_wins_over_lambdas_header(
    tracer: Tracer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Inside of a span that span is the parent."""
    monkeypatch.setenv("_X_AMZN_TRACE_ID", f"{ROOT};{PARENT};Sampled=1")
    with tracer.start_as_current_span("segment") as span:
        context = outgoing.parent()
        assert context is not None
        assert trace.get_current_span(context) is span
