from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from otel_xray.errors import InvalidTraceHeader
from otel_xray.model import header
from otel_xray.model.header import TraceHeader

ROOT = 0x5759E988BD862E3FE1BE46A994272793
PARENT = 0x53995C3F42CD8AD8

OWN = frozenset({"root", "parent", "sampled"})

tokens = st.text(st.characters(codec="ascii", exclude_characters=";= \t\n\r\x0b\x0c"), min_size=1)
headers = st.builds(
    TraceHeader,
    root=st.none() | st.integers(1, (1 << 128) - 1),
    parent=st.none() | st.integers(1, (1 << 64) - 1),
    sampled=st.none() | st.booleans(),
    asked=st.just(False),
    fields=st.dictionaries(
        tokens.filter(lambda key: key.strip() == key and key.lower() not in OWN),
        tokens.filter(lambda value: value.strip() == value),
    ),
)


@given(headers)
def test_a_header_survives_writing_and_reading(value: TraceHeader) -> None:
    """Reading undoes writing, fields that X-Ray does not define included."""
    assert value == header.parse(header.format(value))


@given(st.text())
def test_any_text_is_a_header_or_an_error(text: str) -> None:
    """Nothing but InvalidTraceHeader escapes the parser."""
    try:
        assert isinstance(header.parse(text), TraceHeader)
    except InvalidTraceHeader as error:
        assert repr(text) in str(error)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1",
            TraceHeader(ROOT, PARENT, sampled=True),
        ),
        (
            "Sampled=0; Root=1-5759e988-bd862e3fe1be46a994272793 ;",
            TraceHeader(ROOT, sampled=False),
        ),
        ("Root=5759e988bd862e3fe1be46a994272793", TraceHeader(ROOT)),
        ("Sampled=?", TraceHeader(asked=True)),
        (
            "Root=1-5759e988-bd862e3fe1be46a994272793;Lineage=25:a87bd80c:1;Self=1-2-3;x;=y",
            TraceHeader(ROOT, fields={"Lineage": "25:a87bd80c:1", "Self": "1-2-3"}),
        ),
        ("Sampled=1;Sampled=0", TraceHeader(sampled=True)),
        ("", TraceHeader()),
    ],
    ids=["usual", "blanks", "w3c", "asked", "unknown fields", "repeated", "empty"],
)
def test_what_senders_write_is_understood(text: str, expected: TraceHeader) -> None:
    """Each form seen on the wire is read as its sender meant it."""
    assert expected == header.parse(text)


@pytest.mark.parametrize("text", ["Root=1-2-3", "Root=;Parent=53995c3f42cd8ad8", "Parent=xyz"])
def test_an_unusable_id_is_an_error_that_quotes_the_header(text: str) -> None:
    """A Root or Parent that is no id is refused with the whole header in the message."""
    with pytest.raises(InvalidTraceHeader, match=text.split("=", maxsplit=1)[0]):
        header.parse(text)


def test_asking_for_a_decision_is_written_as_a_question_mark() -> None:
    """Sampled=? is kept as long as nobody has decided."""
    assert "Sampled=?" == header.format(TraceHeader(asked=True))


def test_naming_another_span_keeps_every_other_field() -> None:
    """Root, Parent and Sampled are replaced; Lineage stays byte for byte."""
    received = header.parse("Root=1-00000001-000000000000000000000001;Lineage=25:a87bd80c:1")

    sent = header.format(received.with_span(ROOT, PARENT, sampled=True))

    assert (
        "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1;"
        "Lineage=25:a87bd80c:1"
    ) == sent
