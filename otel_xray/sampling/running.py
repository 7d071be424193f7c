"""What is known of every request of a process: the service that takes it, and where that runs."""

from __future__ import annotations

from collections.abc import Mapping

from otel_xray.model import keys
from otel_xray.sampling.rule import Request

# cloud.platform → type of service in X-Ray's rules
SERVICE_TYPES: Mapping[object, str] = {
    "aws_ec2": "AWS::EC2::Instance",
    "aws_ecs": "AWS::ECS::Container",
    "aws_eks": "AWS::EKS::Container",
    "aws_elastic_beanstalk": "AWS::ElasticBeanstalk::Environment",
    "aws_lambda": "AWS::Lambda::Function",
}
_ARNS = ("aws.ecs.container.arn", keys.CLOUD_RESOURCE_ID, "faas.id")


def describe(resource: Mapping[str, object]) -> Request:
    """Return what *resource*, the attributes of a process, says of its requests."""
    arns = (resource.get(key) for key in _ARNS)
    name = resource.get(keys.SERVICE_NAME)
    return Request(
        service=name if isinstance(name, str) else None,
        service_type=SERVICE_TYPES.get(resource.get(keys.CLOUD_PLATFORM)),
        resource_arn=next((arn for arn in arns if isinstance(arn, str) and arn), None),
    )
