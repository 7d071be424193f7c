"""
The resource that a document tells of: the process that sent it.

The tables are those from which `resource` makes the document's members. What they do not know stays
with the span, so this may be less than the document says, and is never wrong.
"""

from __future__ import annotations

from collections.abc import Mapping

from otel_xray.model import keys
from otel_xray.model.document import Json
from otel_xray.segments import resource as facts
from otel_xray.segments.field import Field, Table, read, table
from otel_xray.segments.members import SUBSEGMENT
from otel_xray.segments.values import list_of, object_of, text

HOSTING: Table = {
    "ec2": table(*facts.EC2),
    "ecs": table(*facts.ECS),
    "eks": table(*facts.EKS),
    "elastic_beanstalk": table(*facts.BEANSTALK),
    **table(*facts.ACCOUNT),
}
SDK: Table = table(Field("sdk_version", (keys.SDK_VERSION,)))
SERVICE: Table = table(
    Field("version", (keys.SERVICE_VERSION,)),
    Field("runtime", ("process.runtime.name",)),
    Field("runtime_version", ("process.runtime.version",)),
)
LOG_GROUPS = Field("log_group", ("aws.log.group.names",))
LOG_ARNS = Field("arn", ("aws.log.group.arns",))

PLATFORMS: Mapping[str, str] = {
    **{origin: platform for platform, origin in facts.ORIGINS.items()},
    **dict.fromkeys(facts.ECS_ORIGINS.values(), "aws_ecs"),
    facts.LAMBDA_ORIGIN: "aws_lambda",
}
LAUNCH_TYPES: Mapping[str, str] = {origin: kind for kind, origin in facts.ECS_ORIGINS.items()}
LANGUAGES: Mapping[str, str] = {
    ".net": "dotnet",
    ".net core": "dotnet",
    "node.js": "nodejs",
}


def resource(document: Mapping[str, Json]) -> dict[str, Json]:
    """Return the attributes of the resource that sent *document*, a segment or a subsegment."""
    found: dict[str, Json] = {}
    aws = object_of(document.get("aws"))
    name = document.get("name")
    if isinstance(name, str) and document.get("type") != SUBSEGMENT:
        found[keys.SERVICE_NAME] = text(name)
    if aws:
        read(HOSTING, aws, found)
        _add_logs(list_of(aws.get("cloudwatch_logs")), found)
    _add_platform(document.get("origin"), found)
    read(SERVICE, object_of(document.get("service")), found)
    _add_sdk(object_of(aws.get("xray")), found)
    return found


def _add_platform(origin: Json, found: dict[str, Json]) -> None:
    platform = PLATFORMS.get(origin) if isinstance(origin, str) else None
    if platform is not None:
        found[keys.CLOUD_PLATFORM] = platform
        if origin in LAUNCH_TYPES:
            found.setdefault(facts.LAUNCH_TYPE, LAUNCH_TYPES[origin])
    if platform is not None or keys.CLOUD_ACCOUNT in found:
        found[keys.CLOUD_PROVIDER] = "aws"


def _add_logs(groups: list[Json], found: dict[str, Json]) -> None:
    for field in (LOG_GROUPS, LOG_ARNS):
        stated = [field.convert(object_of(group).get(field.member)) for group in groups]
        known = tuple(text(value) for value in stated if value)
        if known:
            found[field.keys[0]] = known


def _add_sdk(sdk: Mapping[str, Json], found: dict[str, Json]) -> None:
    """Read ``<name> for <language>``, which is how `resource` writes the two."""
    read(SDK, sdk, found)
    stated = sdk.get("sdk")
    if isinstance(stated, str) and stated:
        name, separator, language = text(stated).rpartition(" for ")
        found[keys.SDK_NAME] = name if separator else language
        if separator:
            found[keys.SDK_LANGUAGE] = LANGUAGES.get(language.lower(), language.lower())
