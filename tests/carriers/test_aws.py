"""Carriers through AWS's APIs, as moto keeps and delivers what is written."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest

from otel_xray.carriers import (
    dynamodb_streams,
    eventbridge,
    kinesis,
    s3,
    sns,
    sqs,
    step_functions,
)
from otel_xray.carriers.sqs import Received
from tests import moto_server
from tests.carriers.spans import SENDERS, ids

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("sender")]

Client = Callable[[str], Any]
REGION = "eu-west-1"
ROLE = "arn:aws:iam::123456789012:role/any"


@pytest.fixture(scope="module")
def moto() -> Iterator[str]:
    """Serve AWS on loopback."""
    with moto_server.serving() as url:
        yield url


@pytest.fixture
def client(moto: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Client]:
    """Return a maker of clients; nothing that a test has made is there in the next one."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    session: Any = boto3.session.Session()  # the stubs know services one by one
    made: list[Any] = []

    def make(service: str) -> Any:
        made.append(session.client(service, region_name=REGION, endpoint_url=moto))
        return made[-1]

    yield make
    for one in made:
        one.close()


@pytest.fixture
def queue(client: Client, request: pytest.FixtureRequest) -> dict[str, Any]:
    """Return a queue of the test's own: its client, URL and ARN."""
    own = client("sqs")
    url = own.create_queue(QueueName=re.sub(r"\W", "-", request.node.name))["QueueUrl"]
    arn = own.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
    return {"client": own, "url": url, "arn": arn["Attributes"]["QueueArn"]}


def received(queue: dict[str, Any]) -> list[Received]:
    """Return the messages in a queue."""
    return sqs.receive(queue["client"], QueueUrl=queue["url"], MaxNumberOfMessages=10)


@pytest.mark.parametrize("message_attributes", [True, False], ids=["both", "header"])
def test_a_message_of_sqs(queue: dict[str, Any], message_attributes: bool) -> None:
    """A message is received with the sender that it was sent by."""
    entry = {"QueueUrl": queue["url"], "MessageBody": "body"}
    queue["client"].send_message(**sqs.inject(entry, message_attributes=message_attributes))
    (message,) = received(queue)

    assert SENDERS == ids(message.carried)
    assert message_attributes == ("traceparent" in message.message.get("MessageAttributes", {}))


def test_a_batch_of_sqs(queue: dict[str, Any]) -> None:
    """Each entry of a batch names its sender; moto keeps message attributes only."""
    entries = [
        sqs.inject({"Id": str(number), "MessageBody": "x"}, message_attributes=True)
        for number in range(3)
    ]
    queue["client"].send_message_batch(QueueUrl=queue["url"], Entries=entries)

    assert [SENDERS] * 3 == [ids(message.carried) for message in received(queue)]


@pytest.mark.parametrize("raw", ["true", "false"])
def test_a_notification_of_sns_in_sqs(client: Client, queue: dict[str, Any], raw: str) -> None:
    """Delivered raw or in SNS's envelope, the sender is the publisher."""
    topics = client("sns")
    topic = topics.create_topic(Name=f"topic-{raw}")["TopicArn"]
    topics.subscribe(
        TopicArn=topic,
        Protocol="sqs",
        Endpoint=queue["arn"],
        Attributes={"RawMessageDelivery": raw},
    )
    topics.publish(**sns.inject({"TopicArn": topic, "Message": '{"orderId": "1"}'}))
    (message,) = received(queue)

    assert SENDERS == ids(message.carried)
    assert (raw == "true") == (message.message["Body"] == '{"orderId": "1"}')


def test_an_event_of_eventbridge_in_sqs(client: Client, queue: dict[str, Any]) -> None:
    """The detail of an event reaches its targets, with the sender in it."""
    events = client("events")
    events.create_event_bus(Name="orders")
    events.put_rule(Name="all", EventBusName="orders", EventPattern='{"source": ["shop"]}')
    target = {"Id": "queue", "Arn": queue["arn"]}
    events.put_targets(Rule="all", EventBusName="orders", Targets=[target])
    entry = {"Source": "shop", "DetailType": "CREATED", "Detail": "{}", "EventBusName": "orders"}
    answer = events.put_events(Entries=[eventbridge.inject(entry, detail=True)])
    (message,) = received(queue)

    assert 0 == answer["FailedEntryCount"]
    assert SENDERS == ids(message.carried)


def test_an_object_of_s3(client: Client) -> None:
    """Who fetches an object finds its writer, by put_object and by upload_file's arguments."""
    objects = client("s3")
    objects.create_bucket(
        Bucket="invoices", CreateBucketConfiguration={"LocationConstraint": REGION}
    )
    objects.put_object(**s3.inject({"Bucket": "invoices", "Key": "1", "Body": b"x"}))

    assert SENDERS == ids(s3.read(objects.head_object(Bucket="invoices", Key="1")))
    assert SENDERS == ids(s3.read(objects.get_object(Bucket="invoices", Key="1")))


@pytest.mark.parametrize("envelope", [True, False], ids=["envelope", "field"])
def test_a_record_of_kinesis(client: Client, envelope: bool) -> None:
    """A record is read with its sender, and its data comes out as it went in."""
    streams = client("kinesis")
    name = f"clicks-{envelope}"
    streams.create_stream(StreamName=name, ShardCount=1)
    record = {"Data": b'{"page": "/"}', "PartitionKey": "1"}
    streams.put_record(StreamName=name, **kinesis.inject(record, envelope=envelope))
    (shard,) = streams.list_shards(StreamName=name)["Shards"]
    iterator = streams.get_shard_iterator(
        StreamName=name, ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON"
    )
    (read,) = streams.get_records(ShardIterator=iterator["ShardIterator"])["Records"]

    assert SENDERS == ids(kinesis.read(read))
    assert "/" == json.loads(kinesis.unwrap(read["Data"])[0])["page"]


def test_an_item_of_dynamodb_in_its_stream(client: Client) -> None:
    """A record of the stream names who wrote the item."""
    tables, streams = client("dynamodb"), client("dynamodbstreams")
    table = tables.create_table(
        TableName="orders",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
    )
    item = dynamodb_streams.inject({"id": {"S": "1"}}, typed=True)
    tables.put_item(TableName="orders", Item=item)
    tables.update_item(
        TableName="orders",
        Key={"id": {"S": "1"}},
        UpdateExpression="SET paid = :p",
        ExpressionAttributeValues={":p": {"BOOL": True}},
    )
    arn = table["TableDescription"]["LatestStreamArn"]
    (shard,) = streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"]
    iterator = streams.get_shard_iterator(
        StreamArn=arn, ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON"
    )
    written, updated = streams.get_records(ShardIterator=iterator["ShardIterator"])["Records"]

    assert SENDERS == ids(dynamodb_streams.read(written))
    assert [] == ids(dynamodb_streams.read(updated))


def test_an_execution_of_step_functions(client: Client) -> None:
    """The input of an execution names who started it."""
    machines = client("stepfunctions")
    machine = machines.create_state_machine(
        name="order",
        definition='{"StartAt": "P", "States": {"P": {"Type": "Pass", "End": true}}}',
        roleArn=ROLE,
    )
    arguments = {"stateMachineArn": machine["stateMachineArn"], "input": '{"orderId": "1"}'}
    started = machines.start_execution(**step_functions.inject(arguments, payload=True))
    execution = machines.describe_execution(executionArn=started["executionArn"])
    payload = json.loads(execution["input"])

    assert "1" == payload["orderId"]
    assert SENDERS == ids(step_functions.read(payload))
    assert SENDERS == ids(step_functions.read({"Execution": {"Input": payload}}))
