from __future__ import annotations

from typing import Any

import pytest
from opentelemetry.trace import SpanKind

from otel_xray import MemoryTickets, remember, resume_by, xray_recorder
from otel_xray.testing import Recording


@pytest.fixture
def store() -> MemoryTickets:
    """Return an empty store."""
    return MemoryTickets()


class Broken:
    """A store that fails."""

    def put(self, key: str, ticket: str, ttl: float) -> None:
        """Fail."""
        raise ConnectionError(key)

    def get(self, key: str) -> str | None:
        """Fail."""
        raise ConnectionError(key)


def linked(recorded: Recording, name: str) -> list[int]:
    """Return the ids of the spans that the span called *name* is linked to."""
    return [link.context.span_id for link in recorded.span(name).links]


def span_id(recorded: Recording, name: str) -> int:
    """Return the id of the span called *name*."""
    context = recorded.span(name).context
    assert context is not None
    return int(context.span_id)


def test_a_business_key_is_enough(recorded: Recording, store: MemoryTickets) -> None:
    """The callback is linked to the span that remembered, and both carry the key."""
    with xray_recorder.in_segment("shop"), xray_recorder.in_subsegment("charge"):
        remember(orderId="71032", store=store)
    with resume_by(orderId="71032", name="callback", store=store):
        pass

    assert [span_id(recorded, "charge")] == linked(recorded, "callback")
    for name in ("shop", "charge", "callback"):
        assert "71032" == (recorded.span(name).attributes or {})["orderId"]


def test_numbers_and_their_texts_are_the_same_key(
    recorded: Recording, store: MemoryTickets
) -> None:
    """A third party gives back as text what it was given as a number or a boolean."""
    with xray_recorder.in_segment("shop"):
        remember(orderId=71032, store=store)
    with xray_recorder.in_segment("gift"):
        remember(gift=True, store=store)
    with resume_by(orderId="71032", name="one", store=store):
        pass
    with resume_by(gift="true", name="two", store=store):
        pass

    assert [span_id(recorded, "shop")] == linked(recorded, "one")
    assert [span_id(recorded, "gift")] == linked(recorded, "two")


def test_each_key_is_remembered_by_itself(recorded: Recording, store: MemoryTickets) -> None:
    """The third party may give back one of them, or another; the first that is known counts."""
    with xray_recorder.in_segment("shop"):
        remember(orderId="71032", cart="c1", store=store)
    with resume_by(payment="unknown", cart="c1", name="callback", store=store):
        pass

    assert [span_id(recorded, "shop")] == linked(recorded, "callback")


def test_what_is_not_remembered_links_nothing(
    recorded: Recording, store: MemoryTickets, caplog: pytest.LogCaptureFixture
) -> None:
    """The span is there with its key, and nobody is warned: third parties send what they like."""
    with resume_by(orderId="71032", name="callback", store=store):
        pass

    assert [] == linked(recorded, "callback")
    assert "71032" == (recorded.span("callback").attributes or {})["orderId"]
    assert "" == caplog.text


def test_it_takes_what_resume_takes(recorded: Recording, store: MemoryTickets) -> None:
    """As a child, of another kind, or as a decorator."""
    with xray_recorder.in_segment("shop"):
        remember(orderId=1, store=store)

    @resume_by(orderId=1, as_parent=True, kind=SpanKind.CONSUMER, store=store)
    def callback(event: Any) -> Any:
        return event

    assert 5 == callback(5)
    parent = recorded.span("callback").parent
    assert parent is not None
    assert span_id(recorded, "shop") == parent.span_id
    assert SpanKind.CONSUMER is recorded.span("callback").kind


def test_without_a_span_nothing_is_kept(recorded: Recording, store: MemoryTickets) -> None:
    """There is nothing that could be resumed."""
    remember(orderId="71032", store=store)

    assert store.get("orderId=71032") is None


def test_a_store_that_fails_is_survived(
    recorded: Recording, caplog: pytest.LogCaptureFixture
) -> None:
    """The application goes on, correlated; the log has one warning for each direction at most."""
    for _ in range(3):
        with xray_recorder.in_segment("shop"):
            remember(orderId="71032", cart="c1", store=Broken())
        with resume_by(orderId="71032", cart="c1", name="callback", store=Broken()):
            pass

    assert 6 == len(recorded.spans)
    assert {"71032"} == {(one.attributes or {})["orderId"] for one in recorded.spans}
    assert [] == [link for one in recorded.spans for link in one.links]
    assert len([line for line in caplog.records if line.levelname == "WARNING"]) <= 2


def test_by_default_the_process_remembers(recorded: Recording) -> None:
    """Without a setting the store is this process's memory."""
    with xray_recorder.in_segment("shop"):
        remember(orderId="by default")
    with resume_by(orderId="by default", name="callback"):
        pass

    assert [span_id(recorded, "shop")] == linked(recorded, "callback")


@pytest.mark.parametrize("setting", ["redis", "dynamodb:", "dynamodb"])
def test_an_unknown_store_is_named(
    recorded: Recording,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    setting: str,
) -> None:
    """The application goes on; the log quotes the setting and says what to write."""
    caplog.set_level("DEBUG", "otel_xray")
    monkeypatch.setenv("OTEL_XRAY_TICKET_STORE", setting)
    with xray_recorder.in_segment("shop"):
        remember(orderId="71032")

    assert f"OTEL_XRAY_TICKET_STORE is {setting!r}; write memory or dynamodb:<table>" in caplog.text
