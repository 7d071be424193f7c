"""The application's modules, loaded with AWS and the payment provider played by a few lines."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from http import HTTPStatus
from importlib import import_module
from typing import Any

import pytest

from otel_xray import instrument
from otel_xray.demo import environment
from otel_xray.demo.lambda_service.endpoint import Endpoint, Reply, Request

HEADER = "Root=1-6b064d34-a45b05ade8b61d5ac8cb355a;Parent=46da6f4878284a4b;Sampled=1"
MODULES = ("front", "payment", "process_order", "store_order")


@dataclass
class World:
    """
    Everything around the application.

    Attributes:
        asked: for each request the path, what AWS was asked for, and the body.
        replies: what is answered to a path, if not ``{}``.
        url: where all of it is.
    """

    asked: list[tuple[str, str, Any]] = field(default_factory=list)
    replies: dict[str, Reply] = field(default_factory=dict)
    url: str = ""

    def answer(self, request: Request) -> Reply:
        """Answer any request."""
        (path,) = request.words
        target = request.headers.get("X-Amz-Target", "")
        self.asked.append((path, target, json.loads(request.body)))
        return self.replies.get(path, Reply(HTTPStatus.OK, b"{}"))


@pytest.fixture
def world() -> Iterator[World]:
    """Serve everything around the application."""
    made = World()
    with closing(Endpoint((("POST", re.compile("(.*)"), made.answer),))) as endpoint:
        made.url = f"http://{endpoint.address}"
        yield made


@pytest.fixture
def load(
    world: World, recorded: object, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[str], Any]]:
    """Return what loads a module of the application, anew and in its environment."""
    variables = environment.aws(
        AWS_DEFAULT_REGION="eu-west-1",
        AWS_ENDPOINT_URL=world.url,
        CONFIRMATION_URL="http://front/confirmed",
        ORDERS_TABLE="orders",
        OTEL_SERVICE_NAME="the-service",
        PAYMENT_URL=f"{world.url}/payments",
        _X_AMZN_TRACE_ID=HEADER,
    )
    for name, value in variables.items():
        monkeypatch.setenv(name, value)

    def load(name: str) -> Any:
        return import_module(f"otel_xray.demo.application.{name}")

    yield load
    instrument.uninstall()
    for name in MODULES:
        sys.modules.pop(f"otel_xray.demo.application.{name}", None)
