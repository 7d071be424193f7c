"""The ``aws`` and ``service`` sections, and the origin, as the exporter writes them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

from otel_xray.model import keys
from otel_xray.model.document import Json
from otel_xray.segments import resource as rows
from otel_xray.segments.collector.value import (
    first_text,
    listed,
    number_in,
    present,
    text,
)
from otel_xray.segments.field import Field

Resource: TypeAlias = Mapping[str, Json]

OPERATION = (keys.AWS_OPERATION, keys.RPC_METHOD)
CALL: Mapping[str, tuple[str, ...]] = {
    "region": (keys.AWS_REGION,),
    "request_id": (keys.AWS_REQUEST_ID, "aws.requestId"),
    "queue_url": (keys.AWS_QUEUE_URL, "aws.queue.url"),
    "table_name": (keys.AWS_TABLE_NAME, "aws.table.name"),
}
QUEUE = "messaging.url"
VERSIONS = ("telemetry.auto.version", "telemetry.distro.version")
LOG_GROUP_PART = 6  # of arn:aws:logs:<region>:<account>:log-group:<name>

_OF_CALL = ("account_id", "operation", *CALL, "table_names")


def origin(resource: Resource) -> str | None:
    """Return the kind of AWS resource that runs the process; None where it is not known."""
    if text(resource.get(keys.CLOUD_PROVIDER, AWS)) != AWS:
        return None
    platform = text(resource.get(keys.CLOUD_PLATFORM))
    if platform == ECS:
        launch_type = text(resource.get(rows.LAUNCH_TYPE))
        return rows.ECS_ORIGINS.get(launch_type, rows.ORIGINS[ECS])
    return rows.ORIGINS.get(platform)


AWS = "aws"
EC2, ECS, EKS, BEANSTALK = "aws_ec2", "aws_ecs", "aws_eks", "aws_elastic_beanstalk"


def service(resource: Resource) -> dict[str, Json] | None:
    """Return the section; empty, not None, when the version is an empty text."""
    tags = listed(resource.get("container.image.tags"))
    if keys.SERVICE_VERSION in resource:
        version = resource[keys.SERVICE_VERSION]
    elif tags:
        version = tags[0]
    elif "container.image.tag" in resource:
        version = resource["container.image.tag"]
    else:
        return None
    return present({"version": text(version) or None})


def section(
    resource: Resource, groups: tuple[str, ...], left: dict[str, Json]
) -> dict[str, Json] | None:
    """Return the section, None for another cloud; take what describes a call in either case."""
    aws = _call(resource, left)
    if text(resource.get(keys.CLOUD_PROVIDER)) not in (AWS, ""):
        return None
    if QUEUE in left:
        aws["queue_url"] = text(left[QUEUE]) or None
    _set_tables(aws, left)
    aws.update(_hosting(resource))
    aws["cloudwatch_logs"] = _logs(resource, groups) or None
    aws["xray"] = _sdk(resource)
    return present(aws)


def without_call(aws: Mapping[str, Json]) -> dict[str, Json]:
    """Return the section without what describes a call: that of the calling service itself."""
    return {member: value for member, value in aws.items() if member not in _OF_CALL}


def _call(resource: Resource, left: dict[str, Json]) -> dict[str, Json]:
    account = left.pop(keys.AWS_ACCOUNT, None)
    if account is None:
        account = resource.get(keys.CLOUD_ACCOUNT)
    aws: dict[str, Json] = {
        "account_id": text(account) or None,
        "operation": first_text(OPERATION, left) or None,
    }
    for key in OPERATION:
        left.pop(key, None)
    for member, names in CALL.items():
        given = [text(left.pop(name)) for name in names if name in left]
        aws[member] = given[0] or None if given else None
    return aws


def _set_tables(aws: dict[str, Json], left: Mapping[str, Json]) -> None:
    given = left.get(keys.AWS_TABLE_NAMES)
    tables = [given] if isinstance(given, str) else listed(given) or []
    if len(tables) == 1:
        aws["table_name"] = text(tables[0]) or None
    elif tables:
        aws["table_name"] = None
        aws["table_names"] = [text(table) for table in tables]


def _hosting(resource: Resource) -> dict[str, Json]:
    platform = text(resource.get(keys.CLOUD_PLATFORM))
    found: dict[str, Json] = {}
    if platform == EC2 or text(resource.get("host.id")):
        found["ec2"] = _block(rows.EC2, resource)
    if platform == ECS:
        found["ecs"] = present(_block(rows.ECS, resource))
    deployment = text(resource.get("service.instance.id"))
    if platform == BEANSTALK and deployment:
        found["elastic_beanstalk"] = {
            **_block(rows.BEANSTALK, resource),
            "deployment_id": number_in(deployment, beyond=0),
        }
    if platform == EKS or text(resource.get("k8s.cluster.name")):
        found["eks"] = _block(rows.EKS, resource)
    return found


def _block(fields: tuple[Field, ...], resource: Resource) -> dict[str, Json]:
    return {field.member: text(resource.get(field.keys[0])) or None for field in fields}


def _logs(resource: Resource, groups: tuple[str, ...]) -> list[dict[str, Json]]:
    arns = _items(resource.get("aws.log.group.arns"))
    if arns:
        return [
            {"log_group": _group_of(text(arn)) or None, **present({"arn": text(arn) or None})}
            for arn in arns
        ]
    names = _items(resource.get("aws.log.group.names")) or groups
    return [{"log_group": text(name) or None} for name in names]


def _items(value: Json) -> list[Json]:
    if isinstance(value, str):
        return [part for part in value.split("&") if part]
    return listed(value) or []


def _group_of(arn: str) -> str:
    parts = arn.split(":")
    return parts[LOG_GROUP_PART] if len(parts) > LOG_GROUP_PART else arn


def _sdk(resource: Resource) -> dict[str, Json]:
    name, language = text(resource.get(keys.SDK_NAME)), text(resource.get(keys.SDK_LANGUAGE))
    versions = [text(value) for key, value in resource.items() if key in VERSIONS]
    return {
        **present(
            {
                "sdk": (f"{name} for {language}" if name and language else name) or None,
                "sdk_version": text(resource.get(keys.SDK_VERSION)) or None,
            }
        ),
        "auto_instrumentation": bool(versions and versions[-1]),
    }
