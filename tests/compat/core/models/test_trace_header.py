from __future__ import annotations

from typing import Any

import pytest

from tests.compat.core.loading import core

ROOT = "1-5759e988-bd862e3fe1be46a994272793"
PARENT = "53995c3f42cd8ad8"


@pytest.mark.parametrize(
    ("text", "fields", "data"),
    [
        (f"Root={ROOT};Parent={PARENT};Sampled=1", (ROOT, PARENT, 1), {}),
        (f"  Sampled=0;Root={ROOT} ", (ROOT, None, 0), {}),
        ("Sampled=?", (None, None, "?"), {}),
        ("Sampled=2", (None, None, None), {}),
        ("Sampled=0;Sampled=1", (None, None, 1), {}),
        (f"Self=1-x;Root={ROOT};Lineage=a:0|b:1", (ROOT, None, None), {"Lineage": "a:0|b:1"}),
        (f"Self;Root={ROOT}", (ROOT, None, None), {}),
        (f"Root={ROOT}; Parent={PARENT}", (ROOT, None, None), {" Parent": PARENT}),
        ("Root=a=b", ("a", None, None), {}),
    ],
)
def test_a_header_is_read_as_the_sdk_reads_it(
    alias: None, text: str, fields: tuple[Any, ...], data: dict[str, str]
) -> None:
    """Keys are exact, the last of a kind counts, Self is dropped, everything else is data."""
    header = core("models.trace_header").TraceHeader.from_header_str(text)

    assert fields == (header.root, header.parent, header.sampled)
    assert data == header.data


@pytest.mark.parametrize("text", [f"Root={ROOT};Sampled", ";", 5, b"Root=1"])
def test_what_cannot_be_read_is_no_header(
    alias: None, caplog: pytest.LogCaptureFixture, text: Any
) -> None:
    """A field without a value, or no text at all, costs the whole header and a warning."""
    header = core("models.trace_header").TraceHeader.from_header_str(text)

    assert (None, None, None, None) == (header.root, header.parent, header.sampled, header.data)
    assert ["WARNING"] == [record.levelname for record in caplog.records]


@pytest.mark.parametrize("text", [None, ""])
def test_no_header_is_no_warning(
    alias: None, caplog: pytest.LogCaptureFixture, text: str | None
) -> None:
    """A request without a header is an ordinary one."""
    assert core("models.trace_header").TraceHeader.from_header_str(text).root is None
    assert not caplog.records


@pytest.mark.parametrize(
    ("spellings", "read"),
    [
        ((True, 1, "1", 1.0), 1),
        ((False, 0, "0"), 0),
        ((None, 2, "yes", [], {}), None),
        (("?",), "?"),
    ],
)
def test_the_decision_has_many_spellings(alias: None, spellings: Any, read: Any) -> None:
    """Booleans, numbers and texts mean the same; anything else is no decision."""
    made = core("models.trace_header").TraceHeader

    assert [read] * len(spellings) == [made(sampled=given).sampled for given in spellings]


def test_a_header_is_written_in_order(alias: None) -> None:
    """Root, Parent, Sampled, then the other fields; what is not there is left out."""
    made = core("models.trace_header").TraceHeader

    assert f"Root={ROOT};Parent={PARENT};Sampled=0;Lineage=a" == (
        made(ROOT, PARENT, False, {"Lineage": "a"}).to_header_str()
    )
    assert "Sampled=?" == made(sampled="?").to_header_str()
    assert "" == made().to_header_str()
