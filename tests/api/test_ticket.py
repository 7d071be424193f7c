from __future__ import annotations

import contextlib
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from otel_xray.api import ticket
from otel_xray.api.ticket import InvalidTicket, Ticket

TRACE = 0x5759E988BD862E3FE1BE46A994272793
SPAN = 0x53995C3F42CD8AD8
TICKET = Ticket(TRACE, SPAN, sampled=True)
EXPIRING = Ticket(TRACE, SPAN, sampled=False, expires=1_800_000_000)

tickets = st.builds(
    Ticket,
    trace_id=st.integers(1, 2**128 - 1),
    span_id=st.integers(1, 2**64 - 1),
    sampled=st.booleans(),
    expires=st.none() | st.integers(0, 2**32 - 1),
)
secrets = st.sampled_from(["", "s3cret", "geheim-ü"])


@given(tickets, secrets)
def test_what_is_written_is_read(given_: Ticket, secret: str) -> None:
    """A ticket comes back as it was, signed or not, in characters that a URL leaves alone."""
    text = ticket.format(given_, secret)

    assert given_ == ticket.parse(text, secret)
    assert re.fullmatch(r"[A-Za-z0-9_-]{40,62}", text)


@pytest.mark.parametrize(
    ("given_", "secret", "length"),
    [(TICKET, "", 40), (EXPIRING, "", 46), (TICKET, "s3cret", 56), (EXPIRING, "s3cret", 62)],
)
def test_it_is_short(given_: Ticket, secret: str, length: int) -> None:
    """Fields of third parties are short: traceparent alone would have 55 characters."""
    assert length == len(ticket.format(given_, secret))


def test_the_first_version_stays_readable() -> None:
    """Tickets that are under way when this package is updated are still good."""
    old = "AQFXWemIvYYuP-G-RqmUJyeTU5lcP0LNitg6rcxF"

    assert TICKET == ticket.parse(old)
    assert old == ticket.format(TICKET)


def test_an_expiry_beyond_what_fits_is_the_last_one() -> None:
    """A lifetime of a thousand years is until 2106, one in the past is past."""
    for given_, kept in ((2**40, 2**32 - 1), (-5, 0)):
        text = ticket.format(Ticket(1, 1, sampled=True, expires=given_))
        assert kept == ticket.parse(text).expires


@pytest.mark.parametrize(
    ("text", "secret", "reason"),
    [
        (ticket.format(TICKET)[:-1], "", "no ticket of this version"),
        (ticket.format(TICKET)[:-4], "", "it is not whole"),
        (ticket.format(TICKET) + "AAAA", "", "it is not whole"),
        (ticket.format(TICKET).lower(), "", "no ticket of this version"),
        (ticket.format(TICKET)[:-2] + "AA", "", "it was changed"),
        (ticket.format(TICKET), "s3cret", "it is not signed"),
        (ticket.format(TICKET, "s3cret"), "", "no secret is set here that could have signed it"),
        (ticket.format(TICKET, "s3cret"), "other", "another secret signed it, or it was changed"),
        (ticket.format(Ticket(0, 1, sampled=True)), "", "it names no span"),
        (ticket.format(Ticket(1, 0, sampled=True)), "", "it names no span"),
        ("00-5759e988bd862e3fe1be46a994272793-53995c3f42cd8ad8-01", "", "no ticket"),
        ("Root=1-5759e988-bd862e3fe1be46a994272793", "", "no ticket"),
        ("", "", "no ticket"),
        ("ü" * 40, "", "no ticket"),
        ("A" * 100_000, "", "no ticket"),
    ],
)
def test_what_is_no_ticket_says_why(text: str, secret: str, reason: str) -> None:
    """Truncated, changed, forged and foreign texts are refused with the reason."""
    with pytest.raises(InvalidTicket, match=reason):
        ticket.parse(text, secret)


@given(st.text() | st.binary(max_size=50).map(lambda data: data.hex()), secrets)
def test_any_text_is_a_ticket_or_refused(text: str, secret: str) -> None:
    """No other exception comes out of what third parties send."""
    with contextlib.suppress(InvalidTicket):
        ticket.parse(text, secret)


@given(tickets, st.integers(0, 61), st.sampled_from("ABCxyz019-_"))
def test_no_character_of_a_signed_ticket_can_be_changed(
    given_: Ticket, place: int, character: str
) -> None:
    """Whoever lacks the secret cannot point a ticket at another trace."""
    text = ticket.format(given_, "s3cret")
    place %= len(text)
    changed = text[:place] + character + text[place + 1 :]
    if changed != text:
        with pytest.raises(InvalidTicket):
            ticket.parse(changed, "s3cret")
