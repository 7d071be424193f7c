"""Clients of the local AWS services."""

from __future__ import annotations

from typing import Any

import boto3
from botocore.config import Config

from otel_xray.demo.lambda_service.function import REGION

_CONFIG = Config(retries={"mode": "standard"})


def client(service: str, endpoint: str) -> Any:
    """Return a boto3 client of *service* at the URL *endpoint*."""
    # boto3's stubs name hundreds of services of which few are installed.
    return _create(service, endpoint_url=endpoint, region_name=REGION, config=_CONFIG)


_create: Any = vars(boto3)["client"]
