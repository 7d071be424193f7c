"""What the application needs in AWS: a table, and a rule that puts orders into a queue."""

from __future__ import annotations

import json

from otel_xray.demo.aws.clients import client

TABLE = "orders"
KEY = "orderId"
SOURCE = "event.tracing"
DETAIL_TYPE = "ORDER_CREATED"

_RULE = "order-created"
_QUEUE = "order-created"


def create(endpoint: str) -> str:
    """
    Create everything at *endpoint*.

    Returns:
        The URL of the queue that the rule's events come to.
    """
    client("dynamodb", endpoint).create_table(
        TableName=TABLE,
        KeySchema=[{"AttributeName": KEY, "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": KEY, "AttributeType": "S"}],
        ProvisionedThroughput={"ReadCapacityUnits": 5, "WriteCapacityUnits": 5},
    )
    sqs = client("sqs", endpoint)
    queue: str = sqs.create_queue(QueueName=_QUEUE)["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]
    events = client("events", endpoint)
    pattern = {"source": [SOURCE], "detail-type": [DETAIL_TYPE]}
    events.put_rule(Name=_RULE, EventPattern=json.dumps(pattern))
    events.put_targets(Rule=_RULE, Targets=[{"Id": "queue", "Arn": arn["QueueArn"]}])
    return queue
