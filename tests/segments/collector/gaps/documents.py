"""The document itself: members, times, resource, namespace and origin."""

from __future__ import annotations

from otel_xray.model.span import Kind
from tests.segments.collector.gaps.gap import ABSENT, AWS_CALL, DEFAULT, Gap
from tests.segments.making import make_span

GAPS = (
    Gap(
        1,
        "False and empty members are written",
        make_span({"http.method": "GET"}),
        ("http", "response"),
        {"content_length": 0},
        ABSENT,
    ),
    Gap(
        2,
        "Times are rounded twice",
        make_span(end=1_500_000_000_250_000_000),
        ("end_time",),
        1_500_000_000.2499998,
        1_500_000_000.25,
    ),
    Gap(
        3,
        "A span that has not ended ended in 1970",
        make_span(end=None),
        ("in_progress",),
        ABSENT,
        True,
    ),
    Gap(
        4,
        "The resource of a local root is lost",
        make_span({"aws.span.kind": "LOCAL_ROOT"}, resource={"service.name": "shop"}),
        (*DEFAULT, "otel.resource.service.name"),
        ABSENT,
        "shop",
    ),
    Gap(
        5,
        "A local root outside AWS can end the collector",
        make_span({"aws.span.kind": "LOCAL_ROOT"}, Kind.CLIENT, resource={"cloud.provider": "gcp"}),
        ("type",),
        "subsegment",
        "subsegment",
        lost=True,
    ),
    Gap(
        6,
        "A stated namespace or origin is metadata",
        make_span({"aws.xray.namespace": "remote"}),
        ("namespace",),
        ABSENT,
        "remote",
    ),
    Gap(
        7,
        "A service's own segment can be one of AWS",
        make_span(AWS_CALL, Kind.SERVER),
        ("namespace",),
        "aws",
        ABSENT,
    ),
    Gap(
        8,
        "Lambda has no origin",
        make_span(kind=Kind.SERVER, resource={"cloud.platform": "aws_lambda"}),
        ("origin",),
        ABSENT,
        "AWS::Lambda::Function",
    ),
    Gap(
        9,
        "The launch type of ECS is read in small letters only",
        make_span(resource={"cloud.platform": "aws_ecs", "aws.ecs.launchtype": "FARGATE"}),
        ("origin",),
        "AWS::ECS::Container",
        "AWS::ECS::Fargate",
    ),
)
