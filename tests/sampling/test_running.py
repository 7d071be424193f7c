from __future__ import annotations

import pytest

from otel_xray.sampling.rule import Request
from otel_xray.sampling.running import describe


@pytest.mark.parametrize(
    ("resource", "expected"),
    [
        ({}, Request()),
        ({"service.name": "shop"}, Request(service="shop")),
        ({"cloud.platform": "aws_lambda"}, Request(service_type="AWS::Lambda::Function")),
        ({"cloud.platform": "gcp_cloud_run"}, Request()),
        (
            {"cloud.platform": "aws_ecs", "aws.ecs.container.arn": "arn", "faas.id": "other"},
            Request(service_type="AWS::ECS::Container", resource_arn="arn"),
        ),
        ({"cloud.resource_id": "arn"}, Request(resource_arn="arn")),
        ({"service.name": 7, "cloud.platform": ("a",), "faas.id": ""}, Request()),
    ],
)
def test_a_resource_says_what_every_request_has(
    resource: dict[str, object], expected: Request
) -> None:
    """Name and type of the service, and the resource it runs on."""
    assert expected == describe(resource)
