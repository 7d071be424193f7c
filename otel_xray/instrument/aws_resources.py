"""
What an AWS call is about: which table, queue, bucket, topic, …

One table from a service to the attributes that its parameters give. Names are those of the
semantic conventions for AWS SDK spans, and beside them those that X-Ray documents are made from.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Any, TypeAlias, Union

from otel_xray.model import keys

Parameters: TypeAlias = Mapping[str, Any]
Found: TypeAlias = dict[str, Union[str, list[str]]]
Extract: TypeAlias = Callable[[Parameters], Found]

MESSAGING_SYSTEM = "messaging.system"
DESTINATION = "messaging.destination.name"
DB_SYSTEM = "db.system.name"
DEFAULT_BUS = "default"


def of_call(service: str, parameters: Parameters) -> Found:
    """
    Return the attributes that name the resources of a call.

    Args:
        service: botocore's id of the service, such as ``DynamoDB``.
        parameters: as the application gave them.
    """
    return _extracted(_CALLS.get(service, ()), parameters)


def of_answer(service: str, answer: Parameters) -> Found:
    """Return the attributes of resources that only the answer names."""
    return _extracted(_ANSWERS.get(service, ()), answer)


def _extracted(extracts: Iterable[Extract], parameters: Parameters) -> Found:
    found: Found = {}
    for extract in extracts:
        found.update(extract(parameters))
    return found


# --- the ways to extract ----------------------------------------------------------------------


def _same(text: str) -> str:
    return text


def _after(separator: str) -> Callable[[str], str]:
    return lambda text: text.rpartition(separator)[2]


def _function_name(text: str) -> str:
    """Return the bare name: a function is given by it, an ARN or a part of one, maybe an alias."""
    return text.rpartition("function:")[2].partition(":")[0]


def _copy(parameter: str, *attributes: str, to: Callable[[str], str] = _same) -> Extract:
    def extract(parameters: Parameters) -> Found:
        value = parameters.get(parameter)
        return dict.fromkeys(attributes, to(value)) if value and isinstance(value, str) else {}

    return extract


def _arn(parameter: str, attribute: str) -> Extract:
    copy = _copy(parameter, attribute)
    return lambda given: copy(given) if str(given.get(parameter)).startswith("arn:") else {}


def _always(attribute: str, value: str) -> Extract:
    return lambda _: {attribute: value}


def _tables(parameters: Parameters) -> Found:
    names = list(dict.fromkeys(_table_names(parameters)))
    found: Found = {keys.AWS_TABLE_NAMES: names} if names else {}
    if len(names) == 1:
        found[keys.AWS_TABLE_NAME] = names[0]
    return found


def _table_names(parameters: Parameters) -> Iterator[str]:
    if "TableName" in parameters:
        yield parameters["TableName"]
    yield from parameters.get("RequestItems") or ()  # a batch, by table
    for item in parameters.get("TransactItems") or ():
        for action in item.values():
            yield action["TableName"]


def _event_buses(parameters: Parameters) -> Found:
    entries: list[Mapping[str, str]] = parameters.get("Entries") or []
    buses = {entry.get("EventBusName") or DEFAULT_BUS for entry in entries}
    # One attribute takes one bus; a call to several has no single destination.
    return {DESTINATION: buses.pop()} if len(buses) == 1 else {}


_CALLS: Mapping[str, tuple[Extract, ...]] = MappingProxyType(
    {
        "Bedrock Runtime": (_copy("modelId", "gen_ai.request.model"),),
        "DynamoDB": (_always(DB_SYSTEM, "aws.dynamodb"), _tables),
        "EventBridge": (_copy("EventBusName", DESTINATION), _event_buses),
        "Kinesis": (
            _copy("StreamARN", "aws.kinesis.stream_name", to=_after("/")),
            _copy("StreamName", "aws.kinesis.stream_name"),
        ),
        "Lambda": (
            _copy("FunctionName", "faas.invoked_name", to=_function_name),
            _copy("UUID", "aws.lambda.resource_mapping.id"),
        ),
        "S3": (_copy("Bucket", "aws.s3.bucket"), _copy("Key", "aws.s3.key")),
        "Secrets Manager": (_arn("SecretId", "aws.secretsmanager.secret.arn"),),
        "SFN": (
            _copy("stateMachineArn", "aws.step_functions.state_machine.arn"),
            _copy("activityArn", "aws.step_functions.activity.arn"),
        ),
        "SNS": (
            _always(MESSAGING_SYSTEM, "aws.sns"),
            _copy("TargetArn", DESTINATION, to=_after(":")),
            _copy("TopicArn", DESTINATION, to=_after(":")),
            _copy("TopicArn", "aws.sns.topic.arn"),
        ),
        "SQS": (
            _always(MESSAGING_SYSTEM, "aws_sqs"),
            _copy("QueueUrl", keys.AWS_QUEUE_URL, "aws.sqs.queue.url"),
            _copy("QueueUrl", DESTINATION, to=_after("/")),
        ),
    }
)
_ANSWERS: Mapping[str, tuple[Extract, ...]] = MappingProxyType(
    {"Secrets Manager": (_arn("ARN", "aws.secretsmanager.secret.arn"),)}
)
