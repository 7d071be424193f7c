"""
botocore, patched: names, blocks of parameters, answers with errors, calls that fail.

Differences: X11
"""

import os

os.environ.update(
    AWS_ACCESS_KEY_ID="a", AWS_SECRET_ACCESS_KEY="b", AWS_DEFAULT_REGION="eu-west-1",
    AWS_CONFIG_FILE=os.devnull, AWS_SHARED_CREDENTIALS_FILE=os.devnull,
)  # fmt: skip

import boto3
from _loopback import server
from aws_xray_sdk.core import patch, xray_recorder
from botocore.config import Config
from botocore.exceptions import ClientError, EndpointConnectionError, ParamValidationError

patch(("boto3",))
xray_recorder.configure(sampling=False)
ONCE = Config(retries={"total_max_attempts": 1})

with server() as address:
    dynamodb = boto3.client("dynamodb", endpoint_url=address, config=ONCE)
    queue = boto3.client("sqs", endpoint_url=address, config=ONCE)
    bucket = boto3.client("s3", endpoint_url=address, config=ONCE)
    function = boto3.client("lambda", endpoint_url=f"{address}/status/404", config=ONCE)
    with xray_recorder.in_segment("botocore"):
        dynamodb.put_item(TableName="orders", Item={"id": {"S": "1"}})
        dynamodb.get_item(TableName="orders", Key={"id": {"S": "1"}}, ConsistentRead=True)
        dynamodb.list_tables(Limit=5)
        dynamodb.batch_get_item(RequestItems={"a": {"Keys": [{"id": {"S": "1"}}]}})
        queue.send_message(QueueUrl=f"{address}/1/q", MessageBody="x")
        bucket.put_object(Bucket="b", Key="k", Body=b"x")
        bucket.head_object(Bucket="b", Key="k")
    with xray_recorder.in_segment("failing"):
        for call in (
            lambda: boto3.client(
                "dynamodb", endpoint_url=f"{address}/status/400", config=ONCE
            ).list_tables(),
            lambda: boto3.client(
                "lambda", endpoint_url="http://127.0.0.1:9", config=ONCE
            ).list_functions(),
            dynamodb.put_item,
        ):
            try:
                call()
                print("answered")
            except (ClientError, EndpointConnectionError, ParamValidationError) as error:
                print(type(error).__name__)
