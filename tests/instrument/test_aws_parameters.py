"""What X-Ray shows of an AWS call."""

from __future__ import annotations

import importlib.util
import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from otel_xray.instrument import aws_parameters

LISTED = aws_parameters.whitelist()
CALLS = [
    (service, operation)
    for service, known in LISTED["services"].items()
    for operation in known["operations"]
]


def original() -> Path | None:
    """Return the X-Ray SDK's own table, if it is installed."""
    found = importlib.util.find_spec("aws_xray_sdk")
    if found is None or not found.submodule_search_locations:
        return None
    folder = Path(found.submodule_search_locations[0])
    return folder / "ext" / "resources" / "aws_para_whitelist.json"


needs_the_original = pytest.mark.skipif(original() is None, reason="it is not installed")


class Members(dict[str, Any]):
    """A call whose parameters, and an answer whose members, are all there."""

    def __contains__(self, name: object) -> bool:
        return True

    def __missing__(self, name: str) -> Any:
        return Members({name: 1, f"{name}2": 2})


def expected(entries: dict[str, Any]) -> dict[str, Any]:
    """Return what the X-Ray SDK shows of a call with all parameters, by its own table."""
    found: dict[str, Any] = {}
    for side in ("request", "response"):
        for name in entries.get(f"{side}_parameters", ()):
            key = re.sub("(.)([A-Z][a-z]+)", r"\1_\2", name)
            key = re.sub("([a-z0-9])([A-Z])", r"\1_\2", key).lower()
            found[key] = {name: 1, f"{name}2": 2}
        for name, descriptor in entries.get(f"{side}_descriptors", {}).items():
            value: Any = {name: 1, f"{name}2": 2}
            if descriptor.get("get_count"):
                value = 2
            elif descriptor.get("get_keys"):
                value = [name, f"{name}2"]
            found[descriptor["rename_to"]] = value
    return found


@needs_the_original
def test_every_operation_shows_what_the_original_shows() -> None:
    """Each service and operation of the original's table is here, and shows the same; no more."""
    table = original()
    assert table is not None
    services = json.loads(table.read_text())["services"]

    assert set(CALLS) == {
        (service, operation)
        for service in services
        for operation in services[service]["operations"]
    }
    assert 100 < len(CALLS)
    for service, operation in CALLS:
        entries = services[service]["operations"][operation]
        shown = aws_parameters.shown(LISTED, service, operation, Members(), Members({"": 1}))
        assert expected(entries) == shown, (service, operation)


@pytest.mark.parametrize(
    ("service", "operation", "parameters", "answer", "shown"),
    [
        (
            "dynamodb",
            "Query",
            {"TableName": "orders", "ScanIndexForward": False, "KeyConditionExpression": "secret"},
            {"ConsumedCapacity": {"CapacityUnits": 0.5}, "Items": ["secret"]},
            {
                "table_name": "orders",
                "scan_index_forward": False,
                "consumed_capacity": {"CapacityUnits": 0.5},
            },
        ),
        (
            "dynamodb",
            "BatchGetItem",
            {"RequestItems": {"orders": {}, "items": {}}},
            None,
            {"table_names": ["orders", "items"]},
        ),
        ("sqs", "ReceiveMessage", {"QueueUrl": "q"}, {"Messages": [{}, {}]},
         {"queue_url": "q", "message_count": 2}),
        ("s3", "GetObject", {"Bucket": "b", "Key": "k"}, {}, {"bucket_name": "b", "key": "k"}),
        ("s3", "CopyObject", {"Bucket": "b", "Key": "k", "CopySource": "c"}, {},
         {"bucket": "b", "key": "k", "copy_source": "c"}),
        ("sqs", "GetQueueUrl", {"QueueOwnerAWSAccountId": "1"}, {},
         {"queue_owner_aws_account_id": "1"}),
        ("sns", "CreateTopic", {"TopicArn": "t"}, {}, {}),
        ("events", "PutEvents", {"Entries": []}, {}, {}),
    ],
)  # fmt: skip
def test_a_call_shows_what_is_listed(
    service: str, operation: str, parameters: Any, answer: Any, shown: Any
) -> None:
    """Names are in snake case; keys and counts stand for what is too much, or too private."""
    assert shown == aws_parameters.shown(LISTED, service, operation, parameters, answer)


@pytest.mark.parametrize("value", [None, 1, ["not", "a", "map"]])
def test_what_has_no_keys_is_left_out(value: Any) -> None:
    """Parameters may be invalid: that is for botocore to say."""
    call = {"RequestItems": value}
    assert {} == aws_parameters.shown(LISTED, "dynamodb", "BatchGetItem", call, None)


@pytest.mark.parametrize("value", [None, 1])
def test_what_cannot_be_counted_is_left_out(value: Any) -> None:
    """The rest is shown."""
    call = {"Entries": value, "QueueUrl": "q"}
    assert {"queue_url": "q"} == aws_parameters.shown(LISTED, "sqs", "SendMessageBatch", call, None)


def test_an_application_may_list_more() -> None:
    """Its whitelist is its own: others do not see what it adds."""
    listed = aws_parameters.whitelist()
    listed["services"]["kinesis"] = {
        "operations": {"PutRecord": {"request_parameters": ["StreamName"]}}
    }
    call = {"StreamName": "orders"}

    shown = aws_parameters.shown(listed, "kinesis", "PutRecord", call, None)
    assert {"stream_name": "orders"} == shown
    assert {} == aws_parameters.shown(LISTED, "kinesis", "PutRecord", call, None)
    assert "kinesis" not in aws_parameters.whitelist()["services"]


@given(st.text("AaBb1_", max_size=9))
def test_names_become_snake_case_as_in_the_original(name: str) -> None:
    """One pattern finds the same borders of words as the X-Ray SDK's two, one after the other."""
    once = re.sub("(.)([A-Z][a-z]+)", r"\1_\2", name)
    assert re.sub("([a-z0-9])([A-Z])", r"\1_\2", once).lower() == aws_parameters.snake_case(name)
