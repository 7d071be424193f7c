"""
PynamoDB, patched with botocore: two subsegments for each call of boto3 in the original.

Differences: X4
"""

import os

os.environ.update(
    AWS_ACCESS_KEY_ID="a", AWS_SECRET_ACCESS_KEY="b", AWS_DEFAULT_REGION="eu-west-1",
    AWS_CONFIG_FILE=os.devnull, AWS_SHARED_CREDENTIALS_FILE=os.devnull,
)  # fmt: skip

import boto3
import pynamodb
from _loopback import server
from aws_xray_sdk.core import patch_all, xray_recorder

patch_all()
xray_recorder.configure(sampling=False)

with server() as address:
    dynamodb = boto3.client("dynamodb", endpoint_url=address)
    with xray_recorder.in_segment("pynamodb"):
        dynamodb.list_tables(Limit=5)
        print(pynamodb.__name__)
