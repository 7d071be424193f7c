from __future__ import annotations

import pytest

from otel_xray.mapping import exceptions, http, kinds
from otel_xray.model import keys
from otel_xray.model.span import Kind


def test_a_segment_is_a_server_span_that_names_its_service() -> None:
    """A segment's name travels as aws.local.service."""
    assert (Kind.SERVER, {keys.LOCAL_SERVICE: "order-api"}) == kinds.segment("order-api")


@pytest.mark.parametrize(
    ("namespace", "kind", "attributes"),
    [
        ("local", Kind.INTERNAL, {}),
        ("remote", Kind.CLIENT, {keys.REMOTE_SERVICE: "x"}),
        ("aws", Kind.CLIENT, {keys.REMOTE_SERVICE: "x", keys.RPC_SYSTEM: "aws-api"}),
        ("anything", Kind.INTERNAL, {}),
    ],
)
def test_a_namespace_decides_the_kind(
    namespace: str, kind: Kind, attributes: dict[str, str]
) -> None:
    """Calls are CLIENT spans that name the called service; the rest is INTERNAL."""
    assert (kind, attributes) == kinds.subsegment("x", namespace)


@pytest.mark.parametrize(
    ("key", "value", "expected"),
    [
        ("method", "POST", (keys.HTTP_METHOD, "POST")),
        ("url", "http://x/", (keys.URL, "http://x/")),
        ("status", "404", (keys.HTTP_STATUS, 404)),
        ("status", "none", None),
        ("content_length", None, None),
        ("x_forwarded_for", True, (keys.X_FORWARDED_FOR, True)),
        ("colour", "red", None),
    ],
)
def test_http_entries_become_attributes(key: str, value: object, expected: object) -> None:
    """Each entry of the http block has one attribute; what does not fit has none."""
    assert expected == http.meta(key, value)


class Rude(Exception):
    """An exception that fails when it is shown."""

    def __str__(self) -> str:
        raise RuntimeError


def test_an_exception_keeps_type_message_and_stack() -> None:
    """The event names the class in full and holds the traceback."""
    try:
        raise Rude from ValueError("first")
    except Rude as error:
        event = exceptions.event(error, remote=True)

    assert f"{__name__}.Rude" == event[keys.EXCEPTION_TYPE]
    assert "" == event[keys.EXCEPTION_MESSAGE]
    assert "ValueError: first" in str(event[keys.EXCEPTION_STACKTRACE])
    assert event[keys.EXCEPTION_REMOTE] is True


def test_a_builtin_exception_has_a_bare_name() -> None:
    """Nobody wants to read builtins.ValueError."""
    assert "ValueError: no" == exceptions.summary(ValueError("no"))
