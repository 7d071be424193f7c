from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from otel_xray.errors import InvalidTraceId
from otel_xray.model import ids

trace_ids = st.integers(1, (1 << 128) - 1)


@given(trace_ids)
def test_a_trace_id_survives_both_spellings(trace_id: int) -> None:
    """Whatever is written in X-Ray's or W3C's spelling is read back unchanged."""
    assert trace_id == ids.parse_trace_id(ids.to_xray(trace_id))
    assert trace_id == ids.parse_trace_id(ids.to_w3c(trace_id).upper())


@given(st.text())
def test_any_text_is_an_id_or_an_error_that_quotes_it(text: str) -> None:
    """Text that is no trace id raises InvalidTraceId, which shows the text."""
    try:
        assert ids.parse_trace_id(text) > 0
    except InvalidTraceId as error:
        assert repr(text) in str(error)


@pytest.mark.parametrize(
    "text", ["", "0" * 32, "1-5759e988-bd862e3fe1be46a99427279", "2-" + "a" * 33]
)
def test_a_malformed_trace_id_is_refused(text: str) -> None:
    """Empty, all-zero, short and foreign-version ids are refused."""
    with pytest.raises(InvalidTraceId):
        ids.parse_trace_id(text)


@given(st.integers(1, (1 << 64) - 1))
def test_a_span_id_survives_its_spelling(span_id: int) -> None:
    """A span id is read back from its 16 digits."""
    assert span_id == ids.parse_span_id(ids.to_hex(span_id))


@pytest.mark.parametrize("text", ["", "0" * 16, "53995c3f42cd8ad", "53995c3f42cd8adg", "５" * 16])
def test_what_is_no_span_id_is_none(text: str) -> None:
    """Wrong lengths, foreign digits and zero are no span id."""
    assert ids.parse_span_id(text) is None


def test_an_id_begins_with_the_time() -> None:
    """The first eight digits of a composed id are the seconds since the epoch, as X-Ray wants."""
    assert "1-5759e988-" + "f" * 24 == ids.to_xray(ids.from_parts(0x5759E988, (1 << 100) - 1))
