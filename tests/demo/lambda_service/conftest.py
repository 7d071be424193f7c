"""A Lambda service whose segments are kept in a list, and functions written on the spot."""

from __future__ import annotations

import textwrap
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config

from otel_xray.demo.lambda_service.function import Function
from otel_xray.demo.lambda_service.service import LambdaService
from otel_xray.model.document import Document

HANDLER = """
    def handler(event, context):
        return event
"""


@dataclass
class Segments:
    """The documents that the service recorded."""

    documents: list[Document] = field(default_factory=list)

    def wait(self, count: int) -> list[Document]:
        """Return the documents once there are at least *count* of them."""
        deadline = time.monotonic() + 20
        while len(self.documents) < count and time.monotonic() < deadline:
            time.sleep(0.01)
        assert len(self.documents) >= count
        return self.documents

    def function(self, number: int = 0) -> Document:
        """Return the function segment of the invocation with this number."""
        return self.wait(2 * number + 2)[2 * number + 1]


@pytest.fixture
def segments() -> Segments:
    """Return what the service will record."""
    return Segments()


@pytest.fixture
def service(segments: Segments) -> Iterator[LambdaService]:
    """Serve without any function."""
    with closing(LambdaService(segments.documents.append)) as service:
        yield service


@pytest.fixture
def client(service: LambdaService) -> Any:
    """Return a boto3 client of the service."""
    return boto3.client(
        "lambda",
        endpoint_url=service.url,
        region_name="eu-west-1",
        aws_access_key_id="x",
        aws_secret_access_key="x",
        config=Config(retries={"total_max_attempts": 1}, read_timeout=30),
    )


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Function]:
    """Return what writes a function's code."""

    def write(code: str = HANDLER, name: str = "f", **settings: Any) -> Function:
        (tmp_path / f"{name}.py").write_text(textwrap.dedent(code))
        return Function(name, f"{name}.handler", tmp_path, log=tmp_path / f"{name}.log", **settings)

    return write


@pytest.fixture
def create(service: LambdaService, write: Callable[..., Function]) -> Callable[..., Function]:
    """Return what writes a function's code and creates the function."""

    def create(*arguments: Any, **settings: Any) -> Function:
        function = write(*arguments, **settings)
        service.create_function(function)
        return function

    return create
