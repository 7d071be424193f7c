from __future__ import annotations

from dataclasses import dataclass

import pytest
from opentelemetry.trace import SpanContext, SpanKind, TraceFlags

from otel_xray.aws_lambda import origin
from otel_xray.aws_lambda.origin import Origin
from otel_xray.model import header
from otel_xray.setting_values import SpanShape
from otel_xray.spans.parent import remote

ROOT = 0x5759E988BD862E3FE1BE46A994272793
SEGMENT = 0x53995C3F42CD8AD8
TEXT = "1-5759e988-bd862e3fe1be46a994272793"
WHOLE = f"Root={TEXT};Parent=53995c3f42cd8ad8;Sampled=1;Lineage=25:a87bd80c:1"
CALLER = SpanContext(7, 8, is_remote=True, trace_flags=TraceFlags(1))
LAMBDAS = remote(ROOT, SEGMENT, sampled=True)
UNSAMPLED = remote(ROOT, SEGMENT, sampled=False)


@dataclass(frozen=True)
class Case:
    """What is known of the callers, and what follows for each shape."""

    received: str
    w3c: SpanContext | None
    xray: Origin
    server: Origin


CASES = {
    "nobody": Case("", None, Origin(SpanKind.SERVER), Origin(SpanKind.SERVER)),
    "active tracing": Case(
        WHOLE, None, Origin(SpanKind.INTERNAL, LAMBDAS), Origin(SpanKind.SERVER, LAMBDAS)
    ),
    "passed through without a parent": Case(
        f"Root={TEXT};Lineage=25:a87bd80c:1",
        None,
        Origin(SpanKind.SERVER, trace_id=ROOT),
        Origin(SpanKind.SERVER, trace_id=ROOT),
    ),
    "not sampled by Lambda": Case(
        WHOLE.replace("Sampled=1", "Sampled=0"),
        None,
        Origin(SpanKind.INTERNAL, UNSAMPLED, sampled=False),
        Origin(SpanKind.SERVER, trace_id=ROOT),
    ),
    "passed through and not sampled": Case(
        f"Root={TEXT};Sampled=0",
        None,
        Origin(SpanKind.SERVER, trace_id=ROOT, sampled=False),
        Origin(SpanKind.SERVER, trace_id=ROOT),
    ),
    "not decided": Case(
        WHOLE.replace("Sampled=1", "Sampled=?"),
        None,
        Origin(SpanKind.INTERNAL, LAMBDAS),
        Origin(SpanKind.SERVER, LAMBDAS),
    ),
    "only W3C": Case("", CALLER, Origin(SpanKind.SERVER, CALLER), Origin(SpanKind.SERVER, CALLER)),
    "both": Case(
        WHOLE,
        CALLER,
        Origin(SpanKind.INTERNAL, LAMBDAS, lost=(CALLER,)),
        Origin(SpanKind.SERVER, CALLER, lost=(LAMBDAS,)),
    ),
    "both, which are the same": Case(
        WHOLE, LAMBDAS, Origin(SpanKind.INTERNAL, LAMBDAS), Origin(SpanKind.SERVER, LAMBDAS)
    ),
    "W3C in a trace that is passed through": Case(
        f"Root={TEXT}",
        CALLER,
        Origin(SpanKind.SERVER, trace_id=ROOT, lost=(CALLER,)),
        Origin(SpanKind.SERVER, CALLER),
    ),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_a_part_of_lambdas_segment_has_that_for_its_parent(case: Case) -> None:
    """For X-Ray the header of the invocation counts, and W3C's is linked to."""
    assert case.xray == origin.find(SpanShape.XRAY, header.parse(case.received), case.w3c)


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_a_server_span_prefers_who_named_itself(case: Case) -> None:
    """For anybody else W3C's header counts, then X-Ray's, but not what Lambda decided."""
    assert case.server == origin.find(SpanShape.SERVER, header.parse(case.received), case.w3c)


def test_an_invocation_without_a_header_has_no_parent() -> None:
    """Nothing received is the same as an empty header."""
    assert Origin(SpanKind.SERVER) == origin.find(SpanShape.XRAY, None, None)
