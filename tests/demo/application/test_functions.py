"""The two functions: what they do, and the segment documents they leave behind."""

from __future__ import annotations

import json
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

import pytest
from botocore.exceptions import ClientError

from otel_xray.demo.lambda_service.endpoint import Reply
from otel_xray.testing import Recording
from tests.demo.application.conftest import World

Load = Callable[[str], Any]

THROTTLED = json.dumps({"__type": "x#ProvisionedThroughputExceededException"}).encode()


def order(item: str = "71032", **wishes: Any) -> dict[str, Any]:
    """Return the event of a request for *item*."""
    return {"pathParameters": {"itemId": item}, "body": json.dumps(wishes) if wishes else None}


def documents(recorded: Recording) -> dict[str, Any]:
    """Return the recorded documents by name."""
    return {document["name"]: document for document in recorded.documents()}


def test_an_available_item_is_ordered(load: Load, world: World, recorded: Recording) -> None:
    """The payment is asked for, ORDER_CREATED is put, and the customer gets the order's id."""
    answer = load("process_order").handler(order(orderId="42"), None)
    assert (answer["statusCode"], json.loads(answer["body"])) == (200, {"orderId": "42"})
    (path, _, payment), (_, target, event) = world.asked
    assert (path, payment) == ("/payments", {"orderId": "42", "itemId": 71032, "cents": 1995})
    assert target == "AWSEvents.PutEvents"
    (entry,) = event["Entries"]
    assert (entry["Source"], entry["DetailType"]) == ("event.tracing", "ORDER_CREATED")
    assert json.loads(entry["Detail"])["orderId"] == "42"


def test_process_order_records_what_the_article_shows(load: Load, recorded: Recording) -> None:
    """Handler hangs below Lambda's segment with its annotations, metadata and both calls."""
    load("process_order").handler(order(orderId="42"), None)
    found = documents(recorded)
    handler = found["Handler"]
    assert handler["trace_id"] == "1-6b064d34-a45b05ade8b61d5ac8cb355a"
    assert handler["parent_id"] == "46da6f4878284a4b"
    annotations = handler["annotations"]
    assert annotations["successfulOrder"] is True
    assert annotations["orderId"] == "42"
    assert annotations["Service"] == "the-service"
    assert "ColdStart" in annotations
    assert handler["metadata"]["the-service"]["orderCreatedEventSent"]["itemId"] == 71032
    assert found["127.0.0.1"]["parent_id"] == found["Events"]["parent_id"] == handler["id"]


def test_two_invocations_do_not_mix(
    load: Load, recorded: Recording, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The manual style leaves nothing behind: the next invocation is in its own trace."""
    module = load("process_order")
    module.handler(order(), None)
    other = "Root=1-6b064d35-a45b05ade8b61d5ac8cb355a;Parent=56da6f4878284a4b;Sampled=1"
    monkeypatch.setenv("_X_AMZN_TRACE_ID", other)
    module.handler(order(), None)
    handlers = [found for found in recorded.documents() if found["name"] == "Handler"]
    assert [found["parent_id"] for found in handlers] == ["46da6f4878284a4b", "56da6f4878284a4b"]


def test_another_item_is_refused(load: Load, world: World, recorded: Recording) -> None:
    """Anything but 71032 is a 400 with successfulOrder=false, and nobody is asked for anything."""
    answer = load("process_order").handler(order("71033"), None)
    assert answer["statusCode"] == 400
    assert "71033 is not available" in answer["body"]
    assert world.asked == []
    assert documents(recorded)["Handler"]["annotations"]["successfulOrder"] is False


def test_what_is_no_number_is_a_fault(load: Load, recorded: Recording) -> None:
    """An item that is no number raises, and Handler is closed with the exception as its cause."""
    with pytest.raises(ValueError, match="71O32"):
        load("process_order").handler(order("71O32", orderId="42"), None)
    handler = documents(recorded)["Handler"]
    assert handler["fault"] is True
    assert handler["cause"]["exceptions"][0]["type"] == "ValueError"
    assert handler["annotations"]["orderId"] == "42"


def test_a_confirmation_is_asked_for(load: Load, world: World) -> None:
    """An order that wants a confirmation tells the payment provider where to call back."""
    load("process_order").handler(order(confirm=True), None)
    assert world.asked[0][2]["callbackUrl"] == "http://front/confirmed"


def test_an_order_is_processed_without_tracing(
    load: Load, recorded: Recording, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With tracing switched off the order is taken all the same, and nothing is recorded."""
    monkeypatch.setenv("POWERTOOLS_TRACE_DISABLED", "true")
    assert load("process_order").handler(order(), None)["statusCode"] == 200
    assert recorded.spans == []


def test_store_order_writes_by_order_id(load: Load, world: World, recorded: Recording) -> None:
    """The order is put into the table under its id, within the decorators' subsegments."""
    detail = {"orderId": "42", "itemId": 71032, "cents": 1995}
    assert load("store_order").handler({"detail": detail}, None) == {"orderId": "42"}
    ((_, target, request),) = world.asked
    assert target == "DynamoDB_20120810.PutItem"
    assert request["TableName"] == "orders"
    assert request["Item"]["orderId"] == {"S": "42"}
    found = documents(recorded)
    handler, method = found["## handler"], found["## otel_xray.demo.application.store_order.store"]
    assert handler["parent_id"] == "46da6f4878284a4b"
    assert method["parent_id"] == handler["id"]
    assert found["DynamoDB"]["parent_id"] == method["id"]
    assert handler["annotations"]["orderId"] == "42"
    assert handler["metadata"]["the-service"]["orderCreatedEventReceived"] == detail


def test_a_throttled_write_is_a_fault(load: Load, world: World, recorded: Recording) -> None:
    """A throttled write is tried twice, then DynamoDB is a throttle and the rest a fault."""
    world.replies["/"] = Reply(HTTPStatus.BAD_REQUEST, THROTTLED)
    detail = {"orderId": "42", "itemId": 71032, "cents": 1995}
    with pytest.raises(ClientError, match="ProvisionedThroughputExceededException"):
        load("store_order").handler({"detail": detail}, None)
    assert len(world.asked) == 2
    found = documents(recorded)
    assert found["DynamoDB"]["throttle"] is True
    assert "fault" not in found["DynamoDB"]
    assert found["DynamoDB"]["aws"]["retries"] == 1
    assert found["## handler"]["fault"] is True
