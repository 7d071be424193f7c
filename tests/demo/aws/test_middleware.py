"""What stands in front of moto, with a double in moto's place."""

from __future__ import annotations

import io
import json
import threading
from collections.abc import Iterable
from typing import Any

import pytest

from otel_xray.demo.aws.middleware import AwsMiddleware, TracedEvents

PUT_EVENTS = "AWSEvents.PutEvents"
PUT_ITEM = "DynamoDB_20120810.PutItem"


class Moto:
    """Answers everything with *body*, and remembers what it was asked."""

    def __init__(self, body: bytes = b"{}", headers: tuple[tuple[str, str], ...] = ()) -> None:
        self.body = body
        self.headers = list(headers)
        self.asked: list[bytes] = []

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Answer a request."""
        self.asked.append(environ["wsgi.input"].read())
        start_response("200 OK", self.headers)
        return [self.body]


def ask(
    middleware: AwsMiddleware,
    target: str = "",
    body: bytes = b"{}",
    *,
    method: str = "POST",
    path: str = "/",
    header: str | None = None,
) -> tuple[str, dict[str, str], bytes]:
    """Send a request through *middleware*."""
    started: list[Any] = []
    environ = {
        "REQUEST_METHOD": method,
        "PATH_INFO": path,
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": io.BytesIO(body),
        "HTTP_X_AMZ_TARGET": target,
    }
    if header is not None:
        environ["HTTP_X_AMZN_TRACE_ID"] = header
    answer = b"".join(
        middleware(environ, lambda status, headers: started.append((status, dict(headers))))
    )
    return *started[0], answer


def item(order_id: str) -> bytes:
    """Return the body of a PutItem request."""
    stored = {"orderId": {"S": order_id}, "cents": {"N": "1"}}
    return json.dumps({"TableName": "orders", "Item": stored}).encode()


def test_the_header_of_an_event_is_kept() -> None:
    """Every accepted event has the tracing header of its PutEvents until it is forgotten."""
    events = TracedEvents()
    body = json.dumps({"Entries": [{"EventId": "a"}, {"ErrorCode": "x"}, {"EventId": "b"}]})
    _, _, answer = ask(AwsMiddleware(Moto(body.encode()), events), PUT_EVENTS, header="Root=1-a-b")
    assert answer == body.encode()
    assert events.header("a", 0) == events.header("b", 0) == "Root=1-a-b"
    events.forget("a")
    assert events.header("a", 0) is None


def test_an_event_without_a_header_has_none() -> None:
    """An event that was put without a tracing header is known to have none, without waiting."""
    events = TracedEvents()
    ask(AwsMiddleware(Moto(b'{"Entries": [{"EventId": "a"}]}'), events), PUT_EVENTS)
    assert events.header("a", 60) is None


@pytest.mark.parametrize("body", [b"", b"<Error/>", b"{}", b"\xff"])
def test_an_odd_answer_passes(body: bytes) -> None:
    """An answer to PutEvents that names no events is passed on as it is."""
    assert ask(AwsMiddleware(Moto(body), TracedEvents()), PUT_EVENTS)[2] == body


def test_an_event_may_overtake_its_header() -> None:
    """Who takes a header before PutEvents was answered waits for it."""
    events = TracedEvents()
    timer = threading.Timer(0.05, events.remember, ("a", "Root=1"))
    timer.start()
    assert events.header("a", 10) == "Root=1"
    timer.join()


def test_a_marked_write_is_throttled() -> None:
    """A write to a marked key gets DynamoDB's answer and does not reach the table; others do."""
    moto = Moto()
    middleware = AwsMiddleware(moto, TracedEvents())
    assert ask(middleware, path="/demo/throttled/orders/hot")[0] == "204 No Content"
    status, headers, answer = ask(middleware, PUT_ITEM, item("hot"))
    assert status == "400 Bad Request"
    assert json.loads(answer)["__type"].endswith("#ProvisionedThroughputExceededException")
    assert headers["x-amzn-RequestId"]
    assert moto.asked == []
    assert ask(middleware, PUT_ITEM, item("cold"))[0] == "200 OK"
    assert moto.asked == [item("cold")]


def test_a_write_passes_unread_before_anything_is_marked() -> None:
    """Without marks even a body that is no JSON reaches the table as it is."""
    moto = Moto()
    ask(AwsMiddleware(moto, TracedEvents()), PUT_ITEM, b"no JSON")
    assert moto.asked == [b"no JSON"]


def test_every_answer_has_a_request_id() -> None:
    """A request id is added where there is none, and left alone where there is one."""
    _, headers, _ = ask(AwsMiddleware(Moto(), TracedEvents()))
    assert len(headers["x-amzn-RequestId"]) == 36
    with_id = Moto(headers=(("X-Amzn-Requestid", "own"),))
    _, headers, _ = ask(AwsMiddleware(with_id, TracedEvents()))
    assert headers == {"X-Amzn-Requestid": "own"}


def test_marking_takes_post() -> None:
    """Reading the path of a mark marks nothing."""
    moto = Moto()
    ask(AwsMiddleware(moto, TracedEvents()), method="GET", path="/demo/throttled/orders/hot")
    assert len(moto.asked) == 1
