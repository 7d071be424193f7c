"""The platform's APIs inside the test's own process."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass

import pytest

from otel_xray.demo.lambda_service.endpoint import Endpoint, Reply
from tests.aws_lambda.control_plane.extensions import Extensions
from tests.aws_lambda.control_plane.telemetry import Telemetry


@dataclass(frozen=True, slots=True)
class Apis:
    """
    Extensions API and Telemetry API.

    Attributes:
        address: the value of AWS_LAMBDA_RUNTIME_API.
    """

    address: str
    extensions: Extensions
    telemetry: Telemetry

    def deliver(self, *events: dict[str, object]) -> None:
        """Tell *events*, and wait until they have been received."""
        self.telemetry.emit(*events)
        self.telemetry.deliver()


@pytest.fixture
def start_apis() -> Iterator[Callable[..., Apis]]:
    """Return what starts them; the arguments say what is allowed, and what refuses everything."""
    with ExitStack() as stack:

        def start(
            schemas: tuple[str, ...] = ("2022-12-13",),
            allowed: tuple[str, ...] = ("INVOKE",),
            extension_answer: Reply | None = None,
            telemetry_answer: Reply | None = None,
        ) -> Apis:
            extensions = Extensions(frozenset(allowed), extension_answer)
            telemetry = Telemetry(frozenset(schemas), telemetry_answer)
            route = telemetry.route(lambda identifier: identifier in extensions.registered)
            endpoint = stack.enter_context(closing(Endpoint((*extensions.routes, route))))
            stack.callback(extensions.close)
            return Apis(endpoint.address, extensions, telemetry)

        yield start
