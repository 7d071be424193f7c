"""What the function does without tracing."""

import os

import boto3
import requests

client = boto3.client("dynamodb", region_name="eu-west-1")
session = requests.Session()
os._exit(0)
