"""X-Ray SDK: every library that is there is patched."""

import os

import boto3
import requests
from aws_xray_sdk.core import patch_all, xray_recorder

patch_all()
recorder = xray_recorder
client = boto3.client("dynamodb", region_name="eu-west-1")
session = requests.Session()
os._exit(0)
