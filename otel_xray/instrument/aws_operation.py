"""
What is the same for all calls of one operation, worked out once.

A process calls few operations often: their names, their constant attributes and the extracts that
apply to them are kept.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from opentelemetry.util.types import AttributeValue

from otel_xray.instrument import aws_resources, aws_whitelist
from otel_xray.instrument.extraction import Extract
from otel_xray.model import keys

# Names that X-Ray shows where they differ from botocore's id of the service.
REMOTE_NAMES: Mapping[str, str] = MappingProxyType({"EventBridge": "Events"})
UNTRACED = frozenset({"XRay"})  # as in the X-Ray SDK: telemetry about telemetry has no end


class Operation(NamedTuple):
    """
    One operation of one service.

    Attributes:
        name: of its spans.
        traced: its calls are.
        constant: attributes of each call.
        asked: what makes attributes of the parameters.
        answered: what makes attributes of the answer.
        body: member of the answer that is still to be read when the call returns; or empty.
    """

    name: str
    traced: bool
    constant: Mapping[str, AttributeValue]
    asked: tuple[Extract, ...]
    answered: tuple[Extract, ...]
    body: str = ""


def of_client(client: Any, operation: str) -> Operation:
    """
    Return what is known of an operation.

    Args:
        client: of botocore's.
        operation: as AWS names it.
    """
    model = client.meta.service_model
    key = (model.service_id, operation)
    version = aws_whitelist.version()
    made, found = _known.get(key, (None, None))
    if found is None or made != version:
        found = _operation(model, operation)
        _known[key] = (version, found)
    return found


_known: dict[tuple[str, str], tuple[int, Operation]] = {}


def _operation(model: Any, operation: str) -> Operation:
    service = str(model.service_id)
    known = aws_resources.of_service(service)
    asked, answered = aws_whitelist.extracts(str(model.endpoint_prefix), operation)
    # X-Ray's names of service and operation are made of these, also by the collector's exporter.
    constant: dict[str, AttributeValue] = {
        keys.RPC_SYSTEM: keys.AWS_API,
        keys.RPC_SERVICE: service,
        keys.RPC_METHOD: operation,
        **known.always,
        **known.of.get(operation, {}),
    }
    if service in REMOTE_NAMES:
        constant[keys.REMOTE_SERVICE] = REMOTE_NAMES[service]
    return Operation(
        name=f"{service}.{operation}",
        traced=service not in UNTRACED,
        constant=constant,
        asked=(*known.asked, *asked),
        answered=(*known.answered, *answered),
        body=_body(model.operation_model(operation)),
    )


def _body(model: Any) -> str:
    """Return the member of an operation's answer that is still to be read; empty for none."""
    if model.has_streaming_output:
        return str(model.output_shape.serialization["payload"])
    if model.has_event_stream_output:
        return str(model.output_shape.event_stream_name)
    return ""
