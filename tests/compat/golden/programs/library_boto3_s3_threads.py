"""
boto3 uploads files in threads of its own: the original loses their calls.

Differences: X6
"""

import io
import logging
import os

logging.basicConfig(handlers=[logging.NullHandler()])
os.environ.update(
    AWS_ACCESS_KEY_ID="a", AWS_SECRET_ACCESS_KEY="b", AWS_DEFAULT_REGION="eu-west-1",
    AWS_CONFIG_FILE=os.devnull, AWS_SHARED_CREDENTIALS_FILE=os.devnull,
)  # fmt: skip

import boto3
from _loopback import server
from aws_xray_sdk.core import patch, xray_recorder

patch(("boto3",))
xray_recorder.configure(sampling=False)

with server() as address:
    bucket = boto3.client("s3", endpoint_url=address)
    with xray_recorder.in_segment("upload"), xray_recorder.in_subsegment("around"):
        bucket.upload_fileobj(io.BytesIO(b"content"), "bucket", "key")
        print("uploaded")
