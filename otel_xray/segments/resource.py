"""
What a document says about the process that made the span.

It follows from the resource alone and is the same for every span of a process, so it is worked out
once a resource. A resource never changes (OpenTelemetry specification, "Resource SDK").
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from otel_xray.model import keys
from otel_xray.model.document import Json
from otel_xray.model.span import Attributes
from otel_xray.segments import values
from otel_xray.segments.field import Field, first, integer, text, texts, write

RESOURCE_PREFIX = "otel.resource."

LAMBDA_ORIGIN = "AWS::Lambda::Function"
ORIGINS: Mapping[str, str] = {
    "aws_app_runner": "AWS::AppRunner::Service",
    "aws_eks": "AWS::EKS::Container",
    "aws_elastic_beanstalk": "AWS::ElasticBeanstalk::Environment",
    "aws_ecs": "AWS::ECS::Container",
    "aws_ec2": "AWS::EC2::Instance",
}
ECS_ORIGINS: Mapping[str, str] = {"ec2": "AWS::ECS::EC2", "fargate": "AWS::ECS::Fargate"}
LAUNCH_TYPE = "aws.ecs.launchtype"

ACCOUNT = (Field("account_id", (keys.CLOUD_ACCOUNT,)),)
EC2 = (
    Field("instance_id", ("host.id",)),
    Field("availability_zone", ("cloud.availability_zone",)),
    Field("instance_size", ("host.type",)),
    Field("ami_id", ("host.image.id",)),
)
ECS = (
    Field("container", ("container.name",)),
    Field("container_id", ("container.id",)),
    Field("task_arn", ("aws.ecs.task.arn",)),
    Field("task_family", ("aws.ecs.task.family",)),
    Field("cluster_arn", ("aws.ecs.cluster.arn",)),
    Field("container_arn", ("aws.ecs.container.arn",)),
    Field("availability_zone", ("cloud.availability_zone",)),
    Field("launch_type", (LAUNCH_TYPE,)),
)
BEANSTALK = (
    Field("environment_name", ("service.namespace",)),
    Field("version_label", (keys.SERVICE_VERSION,)),
    Field("deployment_id", ("service.instance.id",), integer),
)
EKS = (
    Field("cluster_name", ("k8s.cluster.name",)),
    Field("pod", ("k8s.pod.name",)),
    Field("container_id", ("container.id",)),
)


@dataclass(frozen=True, slots=True)
class Sender:
    """
    The facts of one resource.

    Attributes:
        service: ``service.name``; None when there is none.
        language: ``telemetry.sdk.language``; empty when unknown.
        origin: kind of AWS resource that runs the process; None outside AWS and in Lambda.
        segment_origin: the same for segments, which may also come from Lambda.
        service_section: the document's ``service``; empty when nothing is known.
        aws: the members of the document's ``aws`` that come from the resource.
        metadata: every attribute, under ``otel.resource.<key>``.
    """

    service: str | None
    language: str
    origin: str | None
    segment_origin: str | None
    service_section: Mapping[str, Json]
    aws: Mapping[str, Json]
    metadata: Mapping[str, Json]


def sender(resource: Attributes) -> Sender:
    """Return the facts of *resource*, worked out the first time that it is seen."""
    known = _known.get(id(resource))
    if known is not None and known[0] is resource:
        return known[1]
    facts = _work_out(values.own(resource))
    if len(_known) >= REMEMBERED:
        _known.clear()
    # Holding the resource keeps its identity from being given to another one.
    _known[id(resource)] = (resource, facts)
    return facts


REMEMBERED = 256  # resources; a process has one, a collector of traces many
_known: dict[int, tuple[Attributes, Sender]] = {}


def log_groups(names: tuple[str, ...]) -> list[dict[str, Json]]:
    """Return ``aws.cloudwatch_logs`` for log groups known by name."""
    return [{"log_group": name} for name in names]


def _work_out(resource: Mapping[str, Json]) -> Sender:
    on_aws = resource.get(keys.CLOUD_PROVIDER, "aws") in ("aws", "")
    platform = first((keys.CLOUD_PLATFORM,), resource) if on_aws else None
    origin = _origin(platform, resource)
    return Sender(
        service=first((keys.SERVICE_NAME,), resource),
        language=first((keys.SDK_LANGUAGE,), resource) or "",
        origin=origin,
        segment_origin=LAMBDA_ORIGIN if platform == "aws_lambda" else origin,
        service_section=_service(resource),
        aws={**(_hosting(platform, resource) if on_aws else {}), "xray": _sdk(resource)},
        metadata={f"{RESOURCE_PREFIX}{key}": value for key, value in resource.items()},
    )


def _origin(platform: str | None, resource: Mapping[str, Json]) -> str | None:
    if platform == "aws_ecs":
        launch_type = first((LAUNCH_TYPE,), resource) or ""
        return ECS_ORIGINS.get(launch_type.lower(), ORIGINS[platform])
    return ORIGINS.get(platform or "")


def _service(resource: Mapping[str, Json]) -> dict[str, Json]:
    tags = texts(resource.get("container.image.tags")) or [""]
    version = (
        first((keys.SERVICE_VERSION,), resource)
        or tags[0]
        or first(("container.image.tag",), resource)
    )
    return {"version": version} if version else {}


def _sdk(resource: Mapping[str, Json]) -> dict[str, Json]:
    name = first((keys.SDK_NAME,), resource)
    language = first((keys.SDK_LANGUAGE,), resource)
    version = text(resource.get(keys.SDK_VERSION))
    automatic = first(("telemetry.auto.version", "telemetry.distro.version"), resource)
    sdk: dict[str, Json] = {}
    if name:
        sdk["sdk"] = f"{name} for {language}" if language else name
    if version:
        sdk["sdk_version"] = version
    sdk["auto_instrumentation"] = automatic is not None
    return sdk


def _hosting(platform: str | None, resource: Mapping[str, Json]) -> dict[str, Json]:
    """Return the members that describe the AWS resource that runs the process."""
    blocks = (
        ("ec2", EC2, platform == "aws_ec2" or "host.id" in resource),
        ("ecs", ECS, platform == "aws_ecs"),
        (
            "elastic_beanstalk",
            BEANSTALK,
            platform == "aws_elastic_beanstalk" and "service.instance.id" in resource,
        ),
        ("eks", EKS, platform == "aws_eks" or "k8s.cluster.name" in resource),
    )
    found: dict[str, Json] = write(ACCOUNT, dict(resource))
    for member, fields, applies in blocks:
        block = write(fields, dict(resource)) if applies else {}
        found.update({member: block} if block else {})
    logs = _logs(resource)
    return {**found, "cloudwatch_logs": logs} if logs else found


def _logs(resource: Mapping[str, Json]) -> list[dict[str, Json]]:
    arns = _listed(resource.get("aws.log.group.arns"))
    if arns:
        return [{"log_group": _group_of(arn), "arn": arn} for arn in arns]
    return log_groups(tuple(_listed(resource.get("aws.log.group.names"))))


def _listed(value: Json) -> list[str]:
    return [part for item in texts(value) or () for part in item.split("&") if part]


def _group_of(arn: str) -> str:
    # arn:aws:logs:<region>:<account>:log-group:<name>
    parts = arn.split(":", 7)
    return parts[6] if len(parts) > 6 else arn  # noqa: PLR2004  the seventh part
