"""A function that calls services."""

import os
from typing import Any

import boto3
import requests

LIBRARIES = (boto3, requests)


def handler(event: Any, context: Any) -> dict[str, int]:
    """Answer; or end the process, where that is asked for."""
    if event.get("leave"):
        os._exit(0)
    return {"statusCode": 200}
