"""The aws and service sections, and the origin."""

from __future__ import annotations

from typing import Any

from otel_xray.model.span import SpanData
from tests.segments.collector.facts.fact import Fact
from tests.segments.collector.gaps.gap import ABSENT
from tests.segments.making import make_span

AWS = (0, "aws")


def hosted(**resource: Any) -> SpanData:
    """Return a span of a process; ``__`` stands for the dots of attributes."""
    return make_span(resource={key.replace("__", "."): value for key, value in resource.items()})


FACTS = (
    Fact(
        "an instance has all its members",
        hosted(host__id="i-1"),
        (*AWS, "ec2"),
        {"instance_id": "i-1", "availability_zone": None, "instance_size": None, "ami_id": None},
    ),
    Fact(
        "a task those that are known",
        hosted(cloud__platform="aws_ecs", container__id="c"),
        (*AWS, "ecs"),
        {"container_id": "c"},
    ),
    Fact(
        "a pod all",
        hosted(cloud__platform="aws_eks"),
        (*AWS, "eks"),
        {"cluster_name": None, "pod": None, "container_id": None},
    ),
    Fact(
        "a deployment that is no number is 0",
        hosted(cloud__platform="aws_elastic_beanstalk", service__instance__id="1_0"),
        (*AWS, "elastic_beanstalk"),
        {"deployment_id": 0, "environment_name": None, "version_label": None},
    ),
    Fact(
        "nor is one of too many digits",
        hosted(cloud__platform="aws_elastic_beanstalk", service__instance__id="9" * 30),
        (*AWS, "elastic_beanstalk", "deployment_id"),
        0,
    ),
    Fact(
        "a log group's name is the seventh part of its ARN",
        hosted(aws__log__group__arns="a:b:c:d:e:f:g:*&short"),
        (*AWS, "cloudwatch_logs"),
        [{"log_group": "g", "arn": "a:b:c:d:e:f:g:*"}, {"log_group": "short", "arn": "short"}],
    ),
    Fact(
        "a platform has an origin",
        hosted(cloud__platform="aws_ec2"),
        (0, "origin"),
        "AWS::EC2::Instance",
    ),
    Fact(
        "not that of another provider",
        hosted(cloud__platform="aws_ec2", cloud__provider="gcp"),
        (0, "origin"),
        ABSENT,
    ),
    Fact(
        "an SDK is named with its language",
        hosted(telemetry__sdk__name="sdk", telemetry__sdk__language="go"),
        (*AWS, "xray", "sdk"),
        "sdk for go",
    ),
    Fact(
        "a version may be a tag",
        hosted(container__image__tags=["v1"]),
        (0, "service"),
        {"version": "v1"},
    ),
    Fact("or the older tag", hosted(container__image__tag="v0"), (0, "service"), {"version": "v0"}),
    Fact(
        "the account of the span comes first",
        make_span({"aws.account_id": "1"}, resource={"cloud.account.id": "2"}),
        (*AWS, "account_id"),
        "1",
    ),
    Fact(
        "messaging.url comes before aws.queue_url",
        make_span({"aws.queue_url": "a", "messaging.url": "b"}),
        (*AWS, "queue_url"),
        "b",
    ),
    Fact(
        "one table is table_name",
        make_span({"aws.dynamodb.table_names": ["t"], "aws.table_name": "u"}),
        (*AWS, "table_name"),
        "t",
    ),
    Fact(
        "several are table_names",
        make_span({"aws.dynamodb.table_names": ["t", 5], "aws.table_name": "u"}),
        (*AWS, "table_names"),
        ["t", ""],
    ),
)
