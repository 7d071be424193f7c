"""The HTTP front."""

from __future__ import annotations

import json
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

import pytest

from otel_xray.demo.lambda_service.endpoint import Reply
from otel_xray.model import header
from otel_xray.testing import Recording
from tests.demo.application.conftest import HEADER, World

Load = Callable[[str], Any]

INVOKE = "/2015-03-31/functions/process_order/invocations"


@pytest.fixture
def client(load: Load, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return a client of the front, which is no Lambda function."""
    monkeypatch.delenv("_X_AMZN_TRACE_ID")
    return load("front").application.test_client()


def answer(world: World, status: int = 200, body: str = "{}", **headers: str) -> None:
    """Let process_order answer."""
    payload = json.dumps({"statusCode": status, "body": body}).encode()
    world.replies[INVOKE] = Reply(HTTPStatus.OK, payload, headers)


def segment(recorded: Recording) -> Any:
    """Return the front's segment."""
    (found,) = [found for found in recorded.documents() if found["name"] == "order-api"]
    return found


def test_an_order_invokes_the_function(client: Any, world: World) -> None:
    """The item and the body go to process_order, and its answer comes back."""
    answer(world, 200, '{"orderId": "42"}')
    reply = client.post("/order/71032", json={"orderId": "42"})
    ((path, _, event),) = world.asked
    assert path == INVOKE
    assert event["pathParameters"] == {"itemId": "71032"}
    assert json.loads(event["body"]) == {"orderId": "42"}
    assert (reply.status_code, reply.get_json()) == (200, {"orderId": "42"})


def test_a_request_is_a_segment(client: Any, world: World, recorded: Recording) -> None:
    """The segment says method, url, status, client and agent, and the answer names its trace."""
    answer(world)
    reply = client.post("/order/71032", headers={"User-Agent": "curl/8"})
    found = segment(recorded)
    assert found["http"]["request"] == {
        "method": "POST",
        "url": "http://localhost/order/71032",
        "client_ip": "127.0.0.1",
        "user_agent": "curl/8",
    }
    assert found["http"]["response"]["status"] == 200
    assert "parent_id" not in found
    assert reply.headers["X-Amzn-Trace-Id"] == f"Root={found['trace_id']};Sampled=1"
    (call,) = [one for one in recorded.documents() if one["name"] == "Lambda"]
    assert call["parent_id"] == found["id"]


def test_a_callers_trace_is_continued(client: Any, world: World, recorded: Recording) -> None:
    """A request with a tracing header becomes part of that trace."""
    answer(world)
    client.post("/order/71032", headers={"X-Amzn-Trace-Id": HEADER})
    found = segment(recorded)
    assert found["trace_id"] == "1-6b064d34-a45b05ade8b61d5ac8cb355a"
    assert found["parent_id"] == "46da6f4878284a4b"


def test_an_unsampled_trace_stays_so(client: Any, world: World, recorded: Recording) -> None:
    """A caller's decision against sampling is kept and answered."""
    answer(world)
    unsampled = HEADER.replace("Sampled=1", "Sampled=0")
    reply = client.post("/order/71032", headers={"X-Amzn-Trace-Id": unsampled})
    assert header.parse(reply.headers["X-Amzn-Trace-Id"]).sampled is False
    assert recorded.spans == []


def test_a_header_that_is_none_is_ignored(client: Any, world: World, recorded: Recording) -> None:
    """A tracing header that cannot be read begins a new trace."""
    answer(world)
    assert client.post("/order/71032", headers={"X-Amzn-Trace-Id": "Root=x"}).status_code == 200
    assert "parent_id" not in segment(recorded)


def test_a_refused_order_is_an_error(client: Any, world: World, recorded: Recording) -> None:
    """The function's 400 is the front's, and an error of the segment."""
    answer(world, 400)
    assert client.post("/order/1").status_code == 400
    assert segment(recorded)["error"] is True


def test_a_function_that_raises_is_a_bad_gateway(
    client: Any, world: World, recorded: Recording
) -> None:
    """A function error is a 502 with its message, and a fault of the segment."""
    payload = b'{"errorType": "ValueError", "errorMessage": "no number"}'
    world.replies[INVOKE] = Reply(HTTPStatus.OK, payload, {"X-Amz-Function-Error": "Unhandled"})
    reply = client.post("/order/x")
    assert (reply.status_code, reply.get_json()) == (502, {"message": "no number"})
    assert segment(recorded)["fault"] is True


def test_a_failure_of_the_front_is_a_fault(client: Any, world: World, recorded: Recording) -> None:
    """When the front itself fails, the segment is closed with 500 and the exception."""
    world.replies[INVOKE] = Reply(HTTPStatus.OK, b"no JSON")
    assert client.post("/order/71032").status_code == 500
    found = segment(recorded)
    assert found["http"]["response"]["status"] == 500
    assert found["cause"]["exceptions"][0]["type"].endswith("JSONDecodeError")


def test_a_confirmation_is_a_trace_with_the_order(client: Any, recorded: Recording) -> None:
    """The webhook's own trace is annotated with the order's id."""
    reply = client.post("/webhook/order-confirmed", json={"orderId": "42", "paid": 1995})
    assert reply.status_code == 200
    (confirmed,) = [one for one in recorded.documents() if one["name"] == "confirm order"]
    assert confirmed["annotations"]["orderId"] == "42"
    assert confirmed["metadata"]["default"]["confirmation"]["paid"] == 1995
    assert confirmed["parent_id"] == segment(recorded)["id"]
