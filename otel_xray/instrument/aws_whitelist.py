"""
Which parameters of AWS calls, and which members of the answers, become attributes of spans.

It starts as the whitelist of X-Ray's SDKs with a few operations more, and an application extends
it in the same form. What it lists is called ``aws.<service>.<name>``, which is how the semantic
conventions call most of it; `_RENAMED` has the exceptions. The ``aws`` section of a segment
document is made of these attributes.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeAlias, cast

from opentelemetry.util.types import AttributeValue

from otel_xray import settings
from otel_xray.errors import ConfigurationError
from otel_xray.instrument import aws_parameters
from otel_xray.instrument.aws_parameters import Operation, Operations
from otel_xray.instrument.extraction import Extract, Found, Members

Listed: TypeAlias = dict[str, Operations]
"""Operations by the endpoint prefix of their service."""

_LISTS = ("request_parameters", "response_parameters")
_DESCRIPTORS = ("request_descriptors", "response_descriptors")
_FORM = '{"services": {"<endpoint prefix>": {"operations": {"<Operation>": {…}}}}}'

_log = logging.getLogger(__name__)


def extend(source: str | Path | Mapping[str, Any]) -> None:
    """
    List more, for all calls from now on.

    What is listed already stays listed. It may be called again, and from any thread.

    Args:
        source: a whitelist in the form of X-Ray's SDKs, or the path of a JSON file with one.

    Raises:
        ConfigurationError: it cannot be read, or has another form; nothing is changed then.
    """
    given = source if isinstance(source, Mapping) else _read(Path(source))
    _process.listed = _united(listed(), _checked(given))
    _process.version += 1


def reset() -> None:
    """List what is listed from the start."""
    _process.listed = None
    _process.version += 1


def version() -> int:
    """Return a number that changes whenever the whitelist does."""
    return _process.version


def listed() -> Listed:
    """Return the whitelist of this process."""
    if _process.listed is None:
        _process.listed = _initial()
    return _process.listed


def extracts(prefix: str, operation: str) -> tuple[tuple[Extract, ...], tuple[Extract, ...]]:
    """
    Return what makes attributes of the parameters and of the answer of an operation.

    Args:
        prefix: endpoint prefix of the service, such as ``dynamodb``.
        operation: as AWS names it, such as ``GetItem``.
    """
    known = listed().get(prefix, {}).get(operation, {})
    service = _NAMES.get(prefix) or prefix.replace("-", "_").replace(".", "_")
    asked, answered = (tuple(_extracts(service, known, side)) for side in ("request", "response"))
    return asked, answered


class _Process:
    """
    The whitelist of this process.

    Attributes:
        listed: None before it is needed.
        version: counts the changes.
    """

    listed: Listed | None = None
    version: int = 0


_process = _Process()


# --- reading ------------------------------------------------------------------------------------


def _initial() -> Listed:
    services = aws_parameters.whitelist()["services"]
    original = {name: known["operations"] for name, known in services.items()}
    for entries in original["dynamodb"].values():
        if _OF_ITEMS in entries.get(_LISTS[1], ()):
            entries[_LISTS[1]].remove(_OF_ITEMS)
    found = _united(original, _MORE)
    path = settings.aws_whitelist()
    if path:
        try:
            found = _united(found, _checked(_read(Path(path))))
        except ConfigurationError as error:
            _log.error("OTEL_XRAY_AWS_WHITELIST lists nothing: %s", error)
    return found


def _read(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        msg = f"The whitelist {str(path)!r} cannot be read: {error}. It must be a JSON file."
        raise ConfigurationError(msg) from error


def _checked(given: Any) -> Listed:
    """Return what *given* lists, when it has the form of a whitelist."""
    try:
        found = {
            prefix: {name: _entries(entries) for name, entries in known["operations"].items()}
            for prefix, known in given["services"].items()
        }
    except (AttributeError, KeyError, TypeError) as error:
        msg = f"A whitelist of another form, at {error}: it must be {_FORM}."
        raise ConfigurationError(msg) from error
    return found


def _entries(given: Any) -> Operation:
    unknown = sorted(given.keys() - {*_LISTS, *_DESCRIPTORS})
    if unknown:
        raise KeyError(unknown[0])
    found: Operation = {name: list(map(str, given[name])) for name in _LISTS if name in given}
    for name in _DESCRIPTORS:
        if name in given:
            found[name] = {
                member: {"rename_to": str(one["rename_to"]), **one}
                for member, one in given[name].items()
            }
    return found


def _united(one: Listed, other: Listed) -> Listed:
    found = {prefix: dict(operations) for prefix, operations in one.items()}
    for prefix, operations in other.items():
        known = found.setdefault(prefix, {})
        for name, entries in operations.items():
            known[name] = _both(known.get(name, {}), entries)
    return found


def _both(one: Operation, other: Operation) -> Operation:
    found = {**one, **other}
    for name in _LISTS:
        if name in one and name in other:
            found[name] = list(dict.fromkeys([*one[name], *other[name]]))
    for name in _DESCRIPTORS:
        if name in one and name in other:
            found[name] = {**one[name], **other[name]}
    return found


# --- from a listed name to an attribute ---------------------------------------------------------


def _extracts(service: str, known: Operation, side: str) -> Iterator[Extract]:
    for member in known.get(f"{side}_parameters", ()):
        key = _attribute(service, aws_parameters.snake_case(member))
        if key:
            yield _copied(member, key)
    for member, descriptor in known.get(f"{side}_descriptors", {}).items():
        key = _attribute(service, descriptor["rename_to"])
        if key:
            yield _described(member, descriptor, key)


def _attribute(service: str, name: str) -> str | None:
    """Return the attribute that *name* becomes; None when `aws_resources` has it already."""
    key = f"aws.{service}.{name}"
    return _RENAMED.get(key, key)


def _copied(member: str, key: str) -> Extract:
    def extract(members: Members, found: Found) -> None:
        value = members.get(member)
        if value is not None:
            found[key] = _value(value, listing=key in _JSON_LISTS)

    return extract


def _described(member: str, descriptor: Mapping[str, Any], key: str) -> Extract:
    def extract(members: Members, found: Found) -> None:
        if member in members:
            for value in aws_parameters.described(descriptor, members[member]).values():
                found[key] = _value(value)

    return extract


def _value(value: Any, *, listing: bool = False) -> AttributeValue:
    """Return *value* as an attribute can hold it; what has parts becomes JSON."""
    if isinstance(value, (str, bool, int, float)):
        return value
    if isinstance(value, (list, tuple)):
        items = cast("list[Any]", value)
        if all(isinstance(item, str) for item in items):
            return list(items)
        return [_json(item) for item in items]
    return [_json(value)] if listing else _json(value)


def _json(value: Any) -> str:
    return json.dumps(value, default=str, separators=(",", ":"))


# Names of services that are no endpoint prefixes.
_NAMES: Mapping[str, str] = MappingProxyType(
    {
        "states": "step_functions",
        "runtime.sagemaker": "sagemaker",
        "events": "eventbridge",
    }
)
# Of which the semantic conventions make a list of JSON texts, however many there are.
_JSON_LISTS = frozenset({"aws.dynamodb.consumed_capacity"})
_RENAMED: Mapping[str, str | None] = MappingProxyType(
    {
        "aws.dynamodb.exclusive_start_table_name": "aws.dynamodb.exclusive_start_table",
        "aws.dynamodb.projection_expression": "aws.dynamodb.projection",
        "aws.dynamodb.scan_index_forward": "aws.dynamodb.scan_forward",
        # What `aws_resources` takes from every call of the service.
        "aws.dynamodb.provisioned_throughput": None,
        "aws.dynamodb.table_name": None,
        "aws.dynamodb.table_names": None,
        "aws.lambda.function_name": None,
        "aws.s3.bucket": None,
        "aws.s3.bucket_name": None,
        "aws.s3.copy_source": None,
        "aws.s3.key": None,
        "aws.sns.topic_arn": None,
        "aws.sqs.message_count": None,
        "aws.sqs.message_id": None,
        "aws.sqs.queue_name": None,
        "aws.sqs.queue_url": None,
    }
)

_OF_ITEMS = "ItemCollectionMetrics"  # quotes keys of items, which are the application's data
# Beyond X-Ray's SDKs: what the semantic conventions list for DynamoDB, and the names of SSM's
# parameters, whose values are secrets.
_COUNTED = {"response_parameters": ["Count", "ScannedCount"]}
_NAME = {"request_descriptors": {"Name": {"rename_to": "parameter_name"}}}
_NAMED = {"request_descriptors": {"Names": {"rename_to": "parameter_names"}}}
_MORE: Listed = {
    "dynamodb": {"Query": _COUNTED, "Scan": _COUNTED},
    "ssm": {
        "DeleteParameter": _NAME,
        "DeleteParameters": _NAMED,
        "GetParameter": _NAME,
        "GetParameterHistory": _NAME,
        "GetParameters": _NAMED,
        "GetParametersByPath": {"request_descriptors": {"Path": {"rename_to": "parameter_path"}}},
        "PutParameter": _NAME,
    },
}
