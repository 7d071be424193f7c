from __future__ import annotations

from typing import Any

import pytest

from otel_xray.model.span import Kind
from otel_xray.segments.resource import ECS_ORIGINS, ORIGINS
from otel_xray.segments.sender import resource
from tests.segments.making import encode

NAMED = {"name": "orders"}


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        ({"name": "orders"}, {"service.name": "orders"}),
        ({"name": "orders", "type": "subsegment"}, {}),
        ({}, {}),
        ({"aws": {}}, {}),
        ({"aws": "junk", "service": 5, "origin": ["x"]}, {}),
        (
            {"aws": {"account_id": "123456789012"}},
            {"cloud.account.id": "123456789012", "cloud.provider": "aws"},
        ),
        (
            {"service": {"version": "2", "runtime": "CPython", "runtime_version": "3.13.1"}},
            {
                "service.version": "2",
                "process.runtime.name": "CPython",
                "process.runtime.version": "3.13.1",
            },
        ),
        (
            {"aws": {"xray": {"sdk": "X-Ray for Python", "sdk_version": "2.14.0"}}},
            {
                "telemetry.sdk.name": "X-Ray",
                "telemetry.sdk.language": "python",
                "telemetry.sdk.version": "2.14.0",
            },
        ),
        (
            {"aws": {"xray": {"sdk": "X-Ray for Node.js"}}},
            {"telemetry.sdk.name": "X-Ray", "telemetry.sdk.language": "nodejs"},
        ),
        ({"aws": {"xray": {"sdk": "mine"}}}, {"telemetry.sdk.name": "mine"}),
        (
            {
                "aws": {
                    "cloudwatch_logs": [{"log_group": "/a", "arn": "arn:a"}, {"log_group": "/b"}]
                }
            },
            {"aws.log.group.names": ("/a", "/b"), "aws.log.group.arns": ("arn:a",)},
        ),
        (
            {"origin": "AWS::Lambda::Function"},
            {"cloud.platform": "aws_lambda", "cloud.provider": "aws"},
        ),
        ({"origin": "AWS::Elsewhere"}, {}),
    ],
    ids=range(13),
)
def test_a_document_tells_of_its_sender(document: dict[str, Any], expected: dict[str, Any]) -> None:
    """Only what it says, in OpenTelemetry's words."""
    assert resource(document) == expected


@pytest.mark.parametrize("origin", [*ORIGINS.values(), *ECS_ORIGINS.values()])
def test_an_origin_is_a_platform(origin: str) -> None:
    """The platform and launch type are those of which the encoder makes this origin."""
    assert encode(kind=Kind.SERVER, resource=resource({"origin": origin})).get("origin") == origin


HOSTING: dict[str, Any] = {
    "account_id": "123456789012",
    "ec2": {"instance_id": "i-1", "instance_size": "t3", "ami_id": "ami", "availability_zone": "a"},
    "ecs": {"container": "c", "container_id": "d", "task_arn": "t", "launch_type": "fargate"},
    "eks": {"cluster_name": "k", "pod": "p", "container_id": "d"},
    "elastic_beanstalk": {"environment_name": "e", "version_label": "v", "deployment_id": 32},
}


@pytest.mark.parametrize(
    ("member", "platform"),
    [
        ("ec2", "aws_ec2"),
        ("ecs", "aws_ecs"),
        ("eks", "aws_eks"),
        ("elastic_beanstalk", "aws_elastic_beanstalk"),
    ],
)
def test_hosting_is_read_from_the_tables_that_write_it(member: str, platform: str) -> None:
    """What the resource says gives the same block again."""
    found = resource({"aws": {member: HOSTING[member], "account_id": HOSTING["account_id"]}})
    document: Any = encode(kind=Kind.SERVER, resource={**found, "cloud.platform": platform})

    assert document["aws"][member] == HOSTING[member]
    assert document["aws"]["account_id"] == HOSTING["account_id"]
