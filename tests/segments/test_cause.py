from __future__ import annotations

import traceback
from typing import Any

import pytest

from otel_xray.model.span import EventData, Kind, StatusCode
from otel_xray.segments.cause import EXCEPTIONS, FRAMES
from tests.segments.making import encode

TIME = 1_500_000_000_100_000_000
PYTHON = {"telemetry.sdk.language": "python"}


def exception(**attributes: Any) -> EventData:
    """Return an exception event; two underscores in a name stand for a dot."""
    named = {key.replace("__", "."): value for key, value in attributes.items()}
    return EventData("exception", TIME, named)


def exceptions(document: Any) -> list[dict[str, Any]]:
    """Return the exceptions of a document's cause."""
    found: list[dict[str, Any]] = document["cause"]["exceptions"]
    return found


def test_an_exception_event_is_an_exception() -> None:
    """Type and message come from the event, the id is invented, whatever the status."""
    event = exception(exception__type="ValueError", exception__message="boom")

    assert exceptions(encode(events=(event,))) == [
        {"id": "0000000000000001", "type": "ValueError", "message": "boom", "remote": False}
    ]


def test_type_and_message_may_be_missing() -> None:
    """An event without them is still an exception."""
    assert exceptions(encode(events=(exception(exception__type=7),))) == [
        {"id": "0000000000000001", "type": "", "message": "", "remote": False}
    ]


@pytest.mark.parametrize(
    ("kind", "stated", "remote"),
    [
        (Kind.CLIENT, None, True),
        (Kind.PRODUCER, None, True),
        (Kind.INTERNAL, None, False),
        (Kind.CLIENT, False, False),
        (Kind.INTERNAL, True, True),
        (Kind.INTERNAL, "yes", False),
    ],
)
def test_remote_is_stated_or_follows_from_the_kind(
    kind: Kind, stated: object, remote: bool
) -> None:
    """An exception of a call happened on the other side, unless it says otherwise."""
    attributes = {} if stated is None else {"aws__xray__exception__remote": stated}
    (record,) = exceptions(encode(kind=kind, events=(exception(**attributes),)))

    assert remote is record["remote"]


def raise_chain() -> None:
    """Raise an exception from another one."""
    try:
        raise KeyError("first")  # noqa: EM101  as short as can be
    except KeyError as error:
        raise ValueError("second") from error  # noqa: EM101  as short as can be


def raised_text() -> str:
    """Return the traceback of that."""
    try:
        raise_chain()
    except ValueError as error:
        return "".join(traceback.format_exception(error))
    return ""


def test_a_chain_of_exceptions_is_linked_by_ids() -> None:
    """What led to the exception follows it, named in its cause; stacks start at the raise."""
    event = exception(
        exception__type="app.ValueError",
        exception__message="second",
        exception__stacktrace=raised_text(),
        aws__xray__exception__id="00000000000000ff",
    )
    top, cause = exceptions(encode(events=(event,), resource=PYTHON))

    assert (top["id"], top["type"], top["message"]) == (
        "00000000000000ff",
        "app.ValueError",
        "second",
    )
    assert (cause["type"], cause["message"]) == ("KeyError", "'first'")
    assert top["cause"] == cause["id"] == "0000000000000002"
    assert top["stack"][0]["label"] == "raise_chain"
    assert top["stack"][0]["path"] == __file__
    assert "cause" not in cause


def test_an_exception_recorded_elsewhere_is_named_by_its_id() -> None:
    """An id without a stack refers to the exception of another entity."""
    event = exception(exception__type="E", aws__xray__exception__id="00000000000000FF")

    assert encode(events=(event,)).get("cause") == "00000000000000ff"


def test_one_of_several_exceptions_is_described() -> None:
    """A document has one reference or a list, so a reference in a list is described."""
    events = (
        exception(aws__xray__exception__id="00000000000000ff"),
        exception(exception__type="E"),
    )
    first, second = exceptions(encode(events=events))

    assert first["id"] == "00000000000000ff"
    assert second["type"] == "E"


@pytest.mark.parametrize("given", ["", "xyz", 5, "0000000000000000"])
def test_an_id_that_is_none_is_replaced(given: object) -> None:
    """Only 16 hexadecimal digits are an id."""
    (record,) = exceptions(encode(events=(exception(aws__xray__exception__id=given),)))

    assert record["id"] == "0000000000000001"


def test_long_stacks_and_long_chains_are_cut() -> None:
    """What is cut of a stack is counted."""
    frames = "".join(f'  File "a.py", line {n}, in f\n' for n in range(FRAMES + 5))
    block = f"Traceback (most recent call last):\n{frames}ValueError: x\n"
    sentence = "\nThe above exception was the direct cause of the following exception:\n\n"
    event = exception(exception__stacktrace=sentence.join([block] * (EXCEPTIONS + 5)))
    found = exceptions(encode(events=(event,)))

    assert len(found) == EXCEPTIONS
    assert "cause" not in found[-1]
    assert {(len(one["stack"]), one["truncated"]) for one in found} == {(FRAMES, 5)}


def test_other_events_are_no_cause() -> None:
    """Only exceptions are kept of a span's events."""
    assert "cause" not in encode(events=(EventData("log", TIME, {"exception.type": "E"}),))


@pytest.mark.parametrize(
    ("status", "message", "attributes", "expected"),
    [
        (StatusCode.ERROR, "went wrong", {}, "went wrong"),
        (StatusCode.ERROR, "", {"http.status_text": "Bad Gateway"}, "Bad Gateway"),
        (StatusCode.ERROR, "", {}, None),
        (StatusCode.UNSET, "ignored", {}, None),
        (StatusCode.OK, "ignored", {}, None),
    ],
)
def test_the_message_of_a_failed_span_is_a_cause(
    status: StatusCode, message: str, attributes: dict[str, Any], expected: str | None
) -> None:
    """Without an exception the status says why, if it says anything."""
    document = encode(attributes, status=status, status_message=message)
    cause = expected and {"exceptions": [{"id": "0000000000000001", "message": expected}]}

    assert cause == document.get("cause")
    assert "metadata" not in document


@pytest.mark.parametrize(
    ("attributes", "message"),
    [
        (
            {"http.response.status_code": 503, "aws.http.error_message": "slow"},
            "503@1500000000.100000@slow",
        ),
        ({"aws.http.error_message": "slow"}, None),
        ({"http.response.status_code": 503}, None),
    ],
)
def test_a_failed_attempt_of_an_aws_call_is_an_exception(
    attributes: dict[str, Any], message: str | None
) -> None:
    """Attempts that the AWS SDK for Java reports as events are remote exceptions."""
    events = (EventData("HTTP request failure", TIME, attributes),)
    document = encode({"rpc.system": "aws-api"}, Kind.CLIENT, events=events)

    assert (message is None) == ("cause" not in document)
    if message is not None:
        assert exceptions(document) == [
            {
                "id": "0000000000000001",
                "type": "aws.http.error.event",
                "message": message,
                "remote": True,
            }
        ]
    assert "cause" not in encode(events=events)


def test_what_x_ray_counts_is_stated_by_attributes() -> None:
    """Working directory and paths are the span's, counts of frames the event's."""
    attributes = {"aws.xray.cause.working_directory": "/w", "aws.xray.cause.paths": ("/p",)}
    event = EventData(
        "exception",
        TIME,
        {"aws.xray.exception.truncated": 2, "aws.xray.exception.skipped": 3},
    )
    document: Any = encode(attributes, events=[event])
    (record,) = document["cause"]["exceptions"]

    assert (document["cause"]["working_directory"], document["cause"]["paths"]) == ("/w", ["/p"])
    assert (record["truncated"], record["skipped"]) == (2, 3)
    assert "metadata" not in document
