"""What a handler has answered."""

from __future__ import annotations

from typing import Any

import pytest

from otel_xray.aws_lambda.events import Answer, answered, recognise
from tests.aws_lambda.events.sampling import sample

REST = recognise(sample("api_gateway_rest"))
HTTP = recognise(sample("api_gateway_http"))
QUEUE = recognise(sample("sqs"))


@pytest.mark.parametrize(
    ("response", "code"),
    [
        ({"statusCode": 200}, 200),
        ({"statusCode": "404"}, 404),
        ({"statusCode": 429, "body": "x"}, 429),
        ({"statusCode": 503}, 503),
    ],
)
def test_a_status_code_is_recorded_and_5xx_is_a_fault(response: dict[str, Any], code: int) -> None:
    """4xx and 429 are X-Ray's error and throttle by the code alone; 5xx fails the span."""
    answer = answered(REST, response)

    assert code == answer.attributes["http.response.status_code"]
    assert (code >= 500) == answer.is_fault
    assert ({"error.type": str(code)} if code >= 500 else {}) == {
        key: value for key, value in answer.attributes.items() if key == "error.type"
    }


@pytest.mark.parametrize("response", [None, "text", {"message": "hello"}, []])
def test_an_http_api_makes_a_response_of_anything(response: object) -> None:
    """Payload 2.0: what has no status code is the body of a response of 200."""
    assert {"http.response.status_code": 200} == answered(HTTP, response).attributes
    assert Answer() == answered(REST, response)


@pytest.mark.parametrize(
    "code", [None, True, 7, 4000, 200.0, "abc", "2²", "20000000000", [], {}, -200]
)
def test_a_status_code_that_is_none_is_not_recorded(code: object) -> None:
    """What the client will see is then the service's own decision, and not known here."""
    assert Answer() == answered(REST, {"statusCode": code})


def test_failed_items_of_a_batch_are_counted_and_the_first_named() -> None:
    """Lambda will deliver them again; at most twenty are named."""
    items = [{"itemIdentifier": str(number)} for number in range(30)]
    answer = answered(QUEUE, {"batchItemFailures": items})

    assert 30 == answer.attributes["aws.xray.batch_item_failures"]
    assert [str(n) for n in range(20)] == answer.attributes["aws.xray.batch_item_failure_ids"]
    assert not answer.is_fault


@pytest.mark.parametrize(
    "response", [None, {}, {"batchItemFailures": None}, {"batchItemFailures": []}, "x"]
)
def test_a_batch_without_failures_says_nothing(response: object) -> None:
    """Lambda takes all of these for a complete success."""
    assert Answer() == answered(QUEUE, response)


def test_what_looks_like_failures_is_none_where_there_is_no_batch() -> None:
    """Only an answer to a batch is one about its items."""
    response = {"batchItemFailures": [{"itemIdentifier": "1"}]}

    assert Answer() == answered(recognise({}), response)
    assert 200 == answered(HTTP, response).attributes["http.response.status_code"]


def test_failures_without_an_id_are_counted() -> None:
    """Lambda takes them for a failure of everything; how many there are is said."""
    answer = answered(QUEUE, {"batchItemFailures": [{}, None, {"itemIdentifier": 5}]})

    assert (3, ["", "", ""]) == tuple(answer.attributes.values())
