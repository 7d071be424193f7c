from __future__ import annotations

import io
import sys

import pytest

from otel_xray.errors import TransportError
from otel_xray.transport.stdout import StdoutTransport


def test_text_goes_where_print_goes(capsys: pytest.CaptureFixture[str]) -> None:
    """Payloads are written at once, between what the application prints."""
    transport = StdoutTransport()
    print("before")  # noqa: T201  what an application does
    transport.send("später\n".encode(), 1)
    transport.close()

    assert "before\nspäter\n" == capsys.readouterr().out


def test_what_the_output_cannot_show_is_a_question_mark(monkeypatch: pytest.MonkeyPatch) -> None:
    """A terminal that knows no umlauts still gets its line."""
    bare = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    monkeypatch.setattr(sys, "stdout", bare)
    StdoutTransport().send("später\n".encode(), 1)

    bare.seek(0)
    assert "sp?ter\n" == bare.read()


def test_an_output_that_is_gone_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """A closed output, or none as in some services, is said and never raised as it is."""
    closed = io.StringIO()
    closed.close()
    for gone in (closed, None):
        monkeypatch.setattr(sys, "stdout", gone)
        with pytest.raises(TransportError, match="cannot write to the standard output"):
            StdoutTransport().send(b"x\n", 1)
