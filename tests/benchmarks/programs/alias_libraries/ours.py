"""otel-xray: the same under the alias."""

import os

import boto3
import requests

from otel_xray import compat

compat.install()

from aws_xray_sdk.core import patch_all, xray_recorder  # noqa: E402

patch_all()
recorder = xray_recorder
client = boto3.client("dynamodb", region_name="eu-west-1")
session = requests.Session()
os._exit(0)
