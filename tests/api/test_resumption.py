from __future__ import annotations

import asyncio
import contextlib
import inspect
import logging
from collections.abc import Generator
from typing import Any

import pytest
from opentelemetry import context, trace
from opentelemetry.context import Context
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.trace import NonRecordingSpan, SpanContext, SpanKind, StatusCode, TraceFlags

from otel_xray import resume, ticket, xray_recorder
from otel_xray.testing import Recording

HEADER = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1"


def span(name: str) -> contextlib.AbstractContextManager[trace.Span]:
    """Return a block with a span of OpenTelemetry's API."""
    return trace.get_tracer("application").start_as_current_span(name)


def issued(name: str = "charge", **arguments: Any) -> str:
    """Return the ticket of a span of that name, in a trace of its own."""
    token = context.attach(Context())
    with span(name):
        found = ticket(**arguments)
    context.detach(token)
    return found


def links(resumed: ReadableSpan, recorded: Recording) -> list[tuple[str, str]]:
    """Return (link.kind, name of the span that is linked) of each link."""
    at = {(ids(one).trace_id, ids(one).span_id): one.name for one in recorded.spans}
    return [
        (str((link.attributes or {})["link.kind"]), at[link.context.trace_id, link.context.span_id])
        for link in resumed.links
    ]


def ids(found: ReadableSpan) -> SpanContext:
    """Return the ids of a span."""
    own = found.get_span_context()
    assert own is not None
    return own


# --- ticket -----------------------------------------------------------------------------------


def test_without_a_span_a_ticket_is_empty(
    recorded: Recording, caplog: pytest.LogCaptureFixture
) -> None:
    """Nothing raises, on either side, and nobody is warned."""
    with resume(ticket(), "callback"), resume(None, "again"):
        pass

    assert "" == ticket()
    assert [] == [*recorded.span("callback").links, *recorded.span("again").links]
    assert "" == caplog.text


def test_a_ticket_is_that_of_the_innermost_span(recorded: Recording) -> None:
    """Whoever opened it."""
    with xray_recorder.in_segment("shop"):
        handed = [ticket()]
        with span("span"):
            handed.append(ticket())
            with xray_recorder.in_subsegment("sub"):
                handed.append(ticket())
    for one in handed:
        with resume(one):
            pass

    found = [links(one, recorded) for one in recorded.spans if one.name == "resume"]
    assert [[("resume", name)] for name in ("shop", "span", "sub")] == found


def test_in_lambda_the_functions_segment_has_a_ticket(
    recorded: Recording, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is nothing that can be annotated, but something that can be resumed."""
    monkeypatch.setenv("_X_AMZN_TRACE_ID", HEADER)
    handed = ticket()
    monkeypatch.delenv("_X_AMZN_TRACE_ID")
    with resume(handed):
        pass

    (link,) = recorded.span("resume").links
    assert 0x53995C3F42CD8AD8 == link.context.span_id


# --- resume -----------------------------------------------------------------------------------


def test_it_begins_a_linked_trace(recorded: Recording) -> None:
    """Outside of any span the callback is a trace of its own: a consumer's, linked to the first."""
    handed = issued()
    with resume(handed, "callback") as entity:
        entity.put_annotation("paid", value=True)
        with xray_recorder.in_subsegment("store"):
            pass

    callback, store = recorded.span("callback"), recorded.span("store")
    assert [("resume", "charge")] == links(callback, recorded)
    assert (None, SpanKind.CONSUMER) == (callback.parent, callback.kind)
    assert ids(callback).trace_id != ids(recorded.span("charge")).trace_id
    assert store.parent is not None
    assert ids(callback).span_id == store.parent.span_id
    (document,) = (one for one in recorded.documents() if "links" in one)
    assert {"paid": True} == document["annotations"]
    assert "type" not in document


def test_inside_a_span_it_is_a_part_of_it(recorded: Recording) -> None:
    """A web framework has opened the webhook's span already."""
    with span("POST /webhook"), resume(issued(), "callback"):
        pass

    callback = recorded.span("callback")
    assert callback.parent is not None
    assert ids(recorded.span("POST /webhook")).span_id == callback.parent.span_id
    assert SpanKind.INTERNAL is callback.kind
    assert [("resume", "charge")] == links(callback, recorded)


def test_in_lambda_it_hangs_under_the_functions_segment(
    recorded: Recording, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The invocation's trace goes on, with a link to the other one."""
    handed = issued()
    monkeypatch.setenv("_X_AMZN_TRACE_ID", HEADER)
    with resume(handed, "callback"):
        pass

    callback = recorded.span("callback")
    assert callback.parent is not None
    assert 0x53995C3F42CD8AD8 == callback.parent.span_id
    assert [("resume", "charge")] == links(callback, recorded)


def test_a_trace_that_is_passed_through_is_kept(
    recorded: Recording, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A tracing header with a Root alone gives the callback its trace id."""
    monkeypatch.setenv("_X_AMZN_TRACE_ID", "Root=1-5759e988-bd862e3fe1be46a994272793")
    with resume(None, "callback"):
        pass

    assert 0x5759E988BD862E3FE1BE46A994272793 == ids(recorded.span("callback")).trace_id


def test_it_can_be_a_child(recorded: Recording) -> None:
    """On demand it goes on in the same trace, and what was current is linked instead."""
    handed = issued()
    with span("POST /webhook"), resume(handed, "callback", as_parent=True):
        pass

    charge, callback = recorded.span("charge"), recorded.span("callback")
    assert callback.parent is not None
    assert (ids(charge).span_id, True) == (callback.parent.span_id, callback.parent.is_remote)
    assert SpanKind.SERVER is callback.kind
    assert [("receive", "POST /webhook")] == links(callback, recorded)


def test_a_child_follows_the_sampling_decision(recorded: Recording) -> None:
    """A trace that is not recorded is not recorded by the callback either; a linked one is."""
    unsampled = NonRecordingSpan(SpanContext(5, 5, False, TraceFlags(0)))
    with trace.use_span(unsampled):
        handed = ticket()
    with resume(handed, "child", as_parent=True), resume(handed, "inside"):
        pass
    with resume(handed, "linked"):
        pass

    assert ["linked"] == [one.name for one in recorded.spans]


def test_the_kind_can_be_chosen(recorded: Recording) -> None:
    """What a backend counts as a server's span is the caller's to say."""
    with resume(issued(), "one", kind=SpanKind.SERVER):
        pass
    with resume(issued("pay"), "two", kind=SpanKind.CLIENT, as_parent=True):
        pass

    kinds = recorded.span("one").kind, recorded.span("two").kind
    assert (SpanKind.SERVER, SpanKind.CLIENT) == kinds


def test_an_exception_is_recorded_and_goes_on(recorded: Recording) -> None:
    """As with every block of this package; afterwards nothing is current."""
    with pytest.raises(KeyError), resume(issued(), "callback"):
        raise KeyError

    callback = recorded.span("callback")
    assert StatusCode.ERROR is callback.status.status_code
    assert ["exception"] == [event.name for event in callback.events]
    assert xray_recorder.current_segment() is None


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        (lambda text: text[:-4], "it is not whole"),
        (lambda text: text[:-4] + "AAAA", "it was changed"),
        (lambda _: "00-" + "1" * 32 + "-" + "1" * 16 + "-01", "it is no ticket"),
    ],
)
def test_a_bad_ticket_is_one_warning(
    recorded: Recording, caplog: pytest.LogCaptureFixture, changed: Any, reason: str
) -> None:
    """The span is there, without a link."""
    with resume(changed(issued()), "callback"):
        pass

    assert () == tuple(recorded.span("callback").links)
    assert ["WARNING"] == [line.levelname for line in caplog.records]
    assert reason in caplog.text


def test_an_expired_ticket_is_one_warning(
    recorded: Recording, caplog: pytest.LogCaptureFixture
) -> None:
    """It links nothing; one that has not expired does."""
    with resume(issued("old", lifetime=0), "late"), resume(issued("new", lifetime=60), "in time"):
        pass

    assert () == tuple(recorded.span("late").links)
    assert [("resume", "new")] == links(recorded.span("in time"), recorded)
    assert 1 == caplog.text.count("it has expired")


def test_with_a_secret_only_our_tickets_count(
    recorded: Recording, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The variable signs and checks; an unsigned ticket, and a stranger's, link nothing."""
    unsigned, strange = issued("unsigned"), issued("strange", secret="theirs")
    monkeypatch.setenv("OTEL_XRAY_TICKET_SECRET", "ours")
    for text in (unsigned, strange, issued("signed")):
        with resume(text):
            pass
    with resume(strange, "asked for", secret="theirs"):
        pass

    found = [links(one, recorded) for one in recorded.spans if one.name == "resume"]
    assert [[], [], [("resume", "signed")]] == found
    assert [("resume", "strange")] == links(recorded.span("asked for"), recorded)
    assert "it is not signed" in caplog.text
    assert "another secret signed it" in caplog.text
    assert "ours" not in caplog.text


# --- as a decorator ---------------------------------------------------------------------------


def test_a_decorated_function_finds_its_ticket(recorded: Recording) -> None:
    """A function of its arguments says where the ticket is; the span has the function's name."""

    @resume(lambda event: event["ticket"])
    def webhook(event: dict[str, str]) -> str:
        """Do it."""
        return event["answer"]

    for answer in ("one", "two"):
        assert answer == webhook({"ticket": issued(answer), "answer": answer})
    found = [links(one, recorded) for one in recorded.spans if one.name == "webhook"]
    assert [[("resume", "one")], [("resume", "two")]] == found
    assert ("webhook", "Do it.") == (webhook.__name__, webhook.__doc__)


def test_a_function_that_finds_no_ticket_is_survived(
    recorded: Recording, caplog: pytest.LogCaptureFixture
) -> None:
    """What looks for the ticket may fail: the decorated function runs."""

    @resume(lambda event: event["ticket"], "callback")
    def webhook(event: dict[str, str]) -> int:
        return len(event)

    assert 0 == webhook({})
    assert () == tuple(recorded.span("callback").links)
    assert "KeyError" in caplog.text


def test_every_kind_of_function_can_be_decorated(recorded: Recording) -> None:
    """Coroutines, generators, methods; with a ticket, and with a function that finds it."""
    handed = issued()

    class Webhook:
        @resume(lambda _, text: text, "method")
        def method(self, text: str) -> str:
            return text

        @staticmethod
        @resume(handed, "static inside")
        def inside(text: str) -> str:
            return text

        @resume(lambda text: text, "static outside")
        @staticmethod
        def outside(text: str) -> str:
            return text

        @resume(lambda _, text: text, "class")
        @classmethod
        def of_class(cls, text: str) -> str:
            return text

    @resume(lambda text: text)
    async def coroutine(text: str) -> str:
        await asyncio.sleep(0)
        return text

    @resume(lambda text: text)
    def generator(text: str) -> Generator[str]:
        yield text

    async def with_it() -> None:
        async with resume(handed, "async with"):
            await asyncio.sleep(0)

    hook = Webhook()
    assert {handed} == {
        hook.method(handed),
        hook.inside(handed),
        hook.outside(handed),
        hook.of_class(handed),
        asyncio.run(coroutine(handed)),
        *generator(handed),
    }
    assert inspect.iscoroutinefunction(coroutine)
    asyncio.run(with_it())
    assert {
        "method",
        "static inside",
        "static outside",
        "class",
        "coroutine",
        "generator",
        "async with",
    } == {one.name for one in recorded.spans if links(one, recorded)}


def test_nothing_is_loaded_or_logged_for_an_unused_block(
    recorded: Recording, caplog: pytest.LogCaptureFixture
) -> None:
    """A block that is made and not entered records nothing and looks at no ticket."""
    caplog.set_level(logging.DEBUG, "otel_xray")
    resume("nonsense")

    assert [] == recorded.spans
    assert "" == caplog.text
