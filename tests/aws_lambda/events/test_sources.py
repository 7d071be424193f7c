"""The table of event sources, with a sample event for each row."""

from __future__ import annotations

import pytest

from otel_xray.aws_lambda.events import SOURCES, recognise
from otel_xray.model import keys
from tests.aws_lambda.events.sampling import (
    NAMES,
    OTHER_SPAN_ID,
    OTHER_TRACE_ID,
    SPAN_ID,
    TRACE_ID,
    expected_attributes,
    sample,
)

ONE = (TRACE_ID, SPAN_ID)

# sample → name of the handler's span, and how many records.
NAMED = {
    "api_gateway_http": "POST /order/{itemId}",
    "api_gateway_rest": "POST /order/{itemId}",
    "appsync": "Query.getOrder",
    "appsync-batch": "Order.items",
    "dynamodb_streams": "orders process",
    "eventbridge": "ORDER_CREATED process",
    "kafka": "clicks process",
    "kafka-self_managed": "multiple_sources process",
    "kinesis": "clicks process",
    "s3": "invoices process",
    "sns": "created process",
    "sns_in_sqs": "orders process",
    "sqs": "orders process",
    "sqs-single": "orders.fifo process",
    "websocket": "$connect",
    "websocket-message": "sendMessage",
}
RECORDS = {
    "appsync-batch": 2,
    "dynamodb_streams": 3,
    "kafka": 3,
    "kafka-self_managed": 2,
    "kinesis": 3,
    "s3": 1,
    "sns": 1,
    "sns_in_sqs": 1,
    "sqs": 3,
    "sqs-single": 1,
}
LINKS = {
    "dynamodb_streams": [ONE],
    "kafka": [ONE],
    "kafka-self_managed": [ONE],
    "kinesis": [ONE, (TRACE_ID, OTHER_SPAN_ID)],
    "sns": [ONE],
    "sns_in_sqs": [ONE],
    # The second message has both headers, and its traceparent is the first one's sender.
    "sqs": [ONE, (OTHER_TRACE_ID, OTHER_SPAN_ID)],
    "sqs-single": [ONE],
}
CALLED_BY_W3C = {
    "alb",
    "alb-multi_value",
    "api_gateway_authorizer-request",
    "api_gateway_http",
    "api_gateway_rest",
    "appsync",
    "appsync-batch",
    "appsync_authorizer",
    "direct-with_field",
    "direct-with_headers",
    "eventbridge",
    "function_url",
    "step_functions",
    "step_functions-with_payload",
    "websocket",
}
CALLED_BY_XRAY = {
    "alb",
    "alb-multi_value",
    "api_gateway_http",
    "api_gateway_rest",
    "appsync",
    "appsync-batch",
    "function_url",
    "websocket",
}


@pytest.mark.parametrize("name", NAMES)
def test_an_event_is_recognised_and_described(name: str) -> None:
    """Each sample is of the row that it is named after, and says what the row promises."""
    trigger = recognise(sample(name))
    row = next(source for source in SOURCES if source.name == name.partition("-")[0])

    assert (row.name, row.kind) == (trigger.source, trigger.kind)
    assert NAMED.get(name) == trigger.name
    assert RECORDS.get(name, 0) == trigger.records
    assert {**expected_attributes(name), keys.TRIGGER: row.name} == trigger.attributes


@pytest.mark.parametrize("name", NAMES)
def test_whoever_caused_an_event_is_found(name: str) -> None:
    """A single caller by either header, the senders of a batch as links."""
    trigger = recognise(sample(name))
    links = [(link.context.trace_id, link.context.span_id) for link in trigger.links]

    assert LINKS.get(name, []) == links
    assert (name in CALLED_BY_W3C) == (trigger.w3c is not None)
    assert (name in CALLED_BY_XRAY) == (trigger.xray is not None)
    if trigger.w3c is not None:
        assert ONE == (trigger.w3c.trace_id, trigger.w3c.span_id)
    if trigger.xray is not None:
        assert TRACE_ID == trigger.xray.root


def test_each_row_has_a_sample_and_each_sample_a_row() -> None:
    """The table and the folder of samples are about the same."""
    assert {source.name for source in SOURCES} == {name.partition("-")[0] for name in NAMES}
    assert len(SOURCES) == len({source.name for source in SOURCES})


@pytest.mark.parametrize("name", NAMES)
def test_nothing_that_a_caller_may_want_to_hide_is_recorded(name: str) -> None:
    """No query, no token, no name of a person, no credential becomes an attribute."""
    recorded = repr(recognise(sample(name)))

    assert not [word for word in ("secret", "ann", "AKIA", "coupon") if f"{word}'" in recorded]
