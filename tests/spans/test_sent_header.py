"""The tracing header that is sent on."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from opentelemetry.trace import SpanContext, TraceFlags

from otel_xray.spans import sent_header

SPAN = SpanContext(
    0x5759E988BD862E3FE1BE46A994272793,
    0x53995C3F42CD8AD8,
    is_remote=False,
    trace_flags=TraceFlags(1),
)
OWN = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1"
BOTOCORES_SAFE = "-=;:+&[]{}\"',"


@pytest.mark.parametrize(
    ("existing", "expected"),
    [
        ("", OWN),
        (" ; ;", OWN),
        ("Root=1-old;Parent=none;Sampled=?", OWN),
        ("Lineage=1:2:3;Root=x", f"{OWN};Lineage=1:2:3"),
        ("Self=1;;Self=2; Root = x; Note = a b", f"{OWN};Self=1;Self=2; Note = a b"),
        ("noise;Lineage", f"{OWN};noise;Lineage"),
        ("Note=%7C;Raw=a|b", f"{OWN};Note=%7C;Raw=a|b"),
        ("Note=a\r\nEvil: 1", f"{OWN};Note=a%0D%0AEvil: 1"),
    ],
)
def test_merging_replaces_three_fields_and_keeps_the_bytes_of_all_others(
    existing: str, expected: str
) -> None:
    """Root, Parent and Sampled are the span's; the rest stays, unless no header may carry it."""
    assert sent_header.merged(existing, SPAN) == expected


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(lineage=st.text(st.characters(codec="ascii", exclude_characters=";\0")))
def test_botocores_encoding_of_lambdas_header_is_undone(
    lineage: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What botocore copied from the environment counts as what the environment says."""
    invocation = f"Root=1-old;Lineage={lineage}"
    monkeypatch.setenv("_X_AMZN_TRACE_ID", invocation)
    copied = quote(invocation, safe=BOTOCORES_SAFE)
    assert sent_header.merged(copied, SPAN) == sent_header.merged("", SPAN)


@given(existing=st.text())
def test_a_merged_header_can_be_sent_and_merges_to_itself(existing: str) -> None:
    """Whatever a request carried, the result is printable ASCII and stays as it is."""
    merged = sent_header.merged(existing, SPAN)
    assert merged.isascii()
    assert merged.isprintable()
    assert merged.startswith(OWN)
    assert sent_header.merged(merged, SPAN) == merged


def test_an_unsampled_span_says_so() -> None:
    """A span that is not sampled sends Sampled=0."""
    span = SpanContext(SPAN.trace_id, SPAN.span_id, is_remote=False)
    assert sent_header.merged("", span).endswith(";Sampled=0")


def test_what_is_kept_can_be_asked_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the fields that name the caller, for who writes these in a way of their own."""
    monkeypatch.setenv("_X_AMZN_TRACE_ID", "Root=1-2-3;Parent=4;Sampled=1;Lineage=a|b")
    assert ["Lineage=a|b"] == sent_header.kept("")
    assert ["Self=x", "Other=%C3%A9"] == sent_header.kept("Root=1-2-3;Self=x;Other=é")
    assert [] == sent_header.kept("Root=1-2-3")
