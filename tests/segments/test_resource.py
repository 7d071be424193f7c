from __future__ import annotations

from typing import Any

import pytest

from otel_xray.model.span import Kind
from otel_xray.segments import resource as resources
from otel_xray.segments.encode import EncodeOptions
from otel_xray.segments.resource import sender
from tests.segments.making import encode


@pytest.mark.parametrize(
    ("resource", "kind", "origin"),
    [
        ({"cloud.platform": "aws_app_runner"}, Kind.SERVER, "AWS::AppRunner::Service"),
        ({"cloud.platform": "aws_eks"}, Kind.INTERNAL, "AWS::EKS::Container"),
        ({"cloud.platform": "aws_ec2", "cloud.provider": "aws"}, Kind.SERVER, "AWS::EC2::Instance"),
        (
            {"cloud.platform": "aws_elastic_beanstalk"},
            Kind.SERVER,
            "AWS::ElasticBeanstalk::Environment",
        ),
        ({"cloud.platform": "aws_ecs"}, Kind.SERVER, "AWS::ECS::Container"),
        ({"cloud.platform": "aws_ecs", "aws.ecs.launchtype": "EC2"}, Kind.SERVER, "AWS::ECS::EC2"),
        (
            {"cloud.platform": "aws_ecs", "aws.ecs.launchtype": "fargate"},
            Kind.SERVER,
            "AWS::ECS::Fargate",
        ),
        ({"cloud.platform": "aws_lambda"}, Kind.SERVER, "AWS::Lambda::Function"),
        ({"cloud.platform": "aws_lambda"}, Kind.INTERNAL, None),
        ({"cloud.platform": "aws_ec2", "cloud.provider": "gcp"}, Kind.SERVER, None),
        ({"cloud.platform": "gcp_functions"}, Kind.SERVER, None),
        ({}, Kind.SERVER, None),
    ],
)
def test_the_platform_is_the_origin(
    resource: dict[str, Any], kind: Kind, origin: str | None
) -> None:
    """AWS platforms have an origin; a Lambda function only as a segment of its own."""
    assert origin == encode(kind=kind, resource=resource).get("origin")


def test_a_stated_origin_counts() -> None:
    """What X-Ray code stated comes before the platform."""
    document = encode(
        {"aws.xray.origin": "AWS::SQS::Queue"}, resource={"cloud.platform": "aws_ec2"}
    )

    assert document.get("origin") == "AWS::SQS::Queue"


@pytest.mark.parametrize(
    ("resource", "expected"),
    [
        (
            {"telemetry.sdk.name": "opentelemetry", "telemetry.sdk.language": "python"},
            {"xray": {"sdk": "opentelemetry for python", "auto_instrumentation": False}},
        ),
        (
            {
                "telemetry.sdk.name": "own",
                "telemetry.sdk.version": "1.0",
                "telemetry.distro.version": "2",
            },
            {"xray": {"sdk": "own", "sdk_version": "1.0", "auto_instrumentation": True}},
        ),
        (
            {"cloud.account.id": "123456789012", "host.id": "i-1", "host.type": "t3.micro"},
            {
                "account_id": "123456789012",
                "ec2": {"instance_id": "i-1", "instance_size": "t3.micro"},
                "xray": {"auto_instrumentation": False},
            },
        ),
        (
            {
                "cloud.platform": "aws_ecs",
                "container.name": "app",
                "container.id": "abc",
                "aws.ecs.task.arn": "arn:task",
                "aws.ecs.launchtype": "ec2",
            },
            {
                "ecs": {
                    "container": "app",
                    "container_id": "abc",
                    "task_arn": "arn:task",
                    "launch_type": "ec2",
                },
                "xray": {"auto_instrumentation": False},
            },
        ),
        (
            {
                "cloud.platform": "aws_elastic_beanstalk",
                "service.namespace": "prod",
                "service.instance.id": "32",
            },
            {
                "elastic_beanstalk": {"environment_name": "prod", "deployment_id": 32},
                "xray": {"auto_instrumentation": False},
            },
        ),
        (
            {"k8s.cluster.name": "c", "k8s.pod.name": "p", "container.id": "abc"},
            {
                "eks": {"cluster_name": "c", "pod": "p", "container_id": "abc"},
                "xray": {"auto_instrumentation": False},
            },
        ),
        (
            {"aws.log.group.arns": "arn:aws:logs:eu-west-1:1:log-group:/app:*&short"},
            {
                "cloudwatch_logs": [
                    {"log_group": "/app", "arn": "arn:aws:logs:eu-west-1:1:log-group:/app:*"},
                    {"log_group": "short", "arn": "short"},
                ],
                "xray": {"auto_instrumentation": False},
            },
        ),
        (
            {"aws.log.group.names": ("/a", "/b")},
            {
                "cloudwatch_logs": [{"log_group": "/a"}, {"log_group": "/b"}],
                "xray": {"auto_instrumentation": False},
            },
        ),
        (
            {
                "cloud.provider": "gcp",
                "cloud.account.id": "p",
                "host.id": "h",
                "k8s.cluster.name": "c",
            },
            {"xray": {"auto_instrumentation": False}},
        ),
    ],
)
def test_the_resource_describes_where_the_process_runs(
    resource: dict[str, Any], expected: dict[str, Any]
) -> None:
    """The aws section names SDK, account and what runs the process, where that is AWS."""
    assert expected == encode(resource=resource).get("aws")


@pytest.mark.parametrize(
    ("resource", "service"),
    [
        ({"service.version": "1.2", "container.image.tags": ["x"]}, {"version": "1.2"}),
        ({"container.image.tags": ["7", "8"]}, {"version": "7"}),
        ({"container.image.tag": "9"}, {"version": "9"}),
        ({"service.version": ""}, None),
    ],
)
def test_the_version_of_the_service_is_known(
    resource: dict[str, Any], service: dict[str, Any] | None
) -> None:
    """service.version counts, else the tag of the container's image."""
    assert service == encode(resource=resource).get("service")


def test_configured_log_groups_stand_in() -> None:
    """Log groups of the configuration count when the resource names none."""
    options = EncodeOptions(log_groups=("/app",))
    own = {"aws.log.group.names": ["/own"]}

    assert (encode(options=options).get("aws") or {})["cloudwatch_logs"] == [{"log_group": "/app"}]
    document = encode(options=options, resource=own)
    assert (document.get("aws") or {})["cloudwatch_logs"] == [{"log_group": "/own"}]


def test_resource_attributes_are_metadata_of_segments() -> None:
    """A segment shows every attribute of its resource, a subsegment none."""
    resource = {"service.name": "shop", "host.id": "i-1", "tags": ("a", "b")}

    assert encode(kind=Kind.SERVER, resource=resource).get("metadata") == {
        "default": {
            "otel.resource.service.name": "shop",
            "otel.resource.host.id": "i-1",
            "otel.resource.tags": ["a", "b"],
        }
    }
    assert "metadata" not in encode(resource=resource)


def test_documents_share_nothing() -> None:
    """Changing one document leaves later ones of the same process alone."""
    resource = {"host.id": "i-1", "tags": ["a"]}
    first: Any = encode(kind=Kind.SERVER, resource=resource)
    first["aws"]["ec2"]["instance_id"] = "changed"
    first["aws"]["xray"]["sdk"] = "changed"
    first["metadata"]["default"]["otel.resource.tags"].append("changed")
    second: Any = encode(kind=Kind.SERVER, resource=resource)

    assert second["aws"]["ec2"] == {"instance_id": "i-1"}
    assert second["aws"]["xray"] == {"auto_instrumentation": False}
    assert second["metadata"]["default"]["otel.resource.tags"] == ["a"]


def test_facts_are_worked_out_once_a_resource() -> None:
    """The same resource gives the same facts, also after many others."""
    resource = {"service.name": "shop"}
    facts = sender(resource)
    assert facts is sender(resource)

    others = [{"service.name": str(number)} for number in range(resources.REMEMBERED)]

    assert [str(n) for n in range(len(others))] == [sender(other).service for other in others]
    assert facts == sender(resource)
