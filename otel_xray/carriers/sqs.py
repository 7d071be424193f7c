"""
Messages of SQS.

X-Ray's tracing header travels as the system attribute ``AWSTraceHeader``, which costs the user
nothing; W3C Trace Context needs message attributes, of which a message has ten.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from opentelemetry.trace import Link

from otel_xray.carriers import attributes, envelopes, sender, w3c
from otel_xray.carriers.carried import Carried, tracing_header
from otel_xray.carriers.values import at, either, optional, text

HEADER_ATTRIBUTE = "AWSTraceHeader"
ALL = "All"

_SYSTEM_ATTRIBUTES = "MessageSystemAttributes"


class Received(NamedTuple):
    """
    A message, and what it says of its sender.

    Attributes:
        message: as boto3 returns it.
        carried: the senders that it names.
    """

    message: Mapping[str, Any]
    carried: Carried

    @property
    def links(self) -> tuple[Link, ...]:
        """Links to the senders, for the span that processes the message."""
        return self.carried.links


def inject(entry: Mapping[str, Any], *, message_attributes: bool = False) -> dict[str, Any]:
    """
    Return a message that names the current span as its sender.

    Args:
        entry: arguments of ``send_message``, or an entry of ``send_message_batch``.
        message_attributes: also write W3C Trace Context, for receivers that do not know X-Ray;
            not more than the ten attributes that a message may have.
    """
    span = sender.current()
    own = optional(entry.get(_SYSTEM_ATTRIBUTES))
    if span is None or own is None:
        return dict(entry)
    before = at(own, HEADER_ATTRIBUTE, "StringValue")
    header = {"DataType": "String", "StringValue": sender.header(before, span)}
    message = {**entry, _SYSTEM_ATTRIBUTES: {**own, HEADER_ATTRIBUTE: header}}
    return attributes.write(message, span) if message_attributes else message


def read(message: object) -> Carried:
    """
    Return what a message carries.

    Args:
        message: a record of Lambda, or a message of boto3. The senders of a notification of SNS
            or of an event of EventBridge in its body count, too.
    """
    carried = Carried(
        attributes.read(either(message, "messageAttributes", "MessageAttributes")),
        tracing_header(at(either(message, "attributes", "Attributes"), HEADER_ATTRIBUTE)),
    )
    if carried.w3c is not None:
        return carried
    return carried.or_else(envelopes.read(text(either(message, "body", "Body"))))


def receive(client: Any, **arguments: Any) -> list[Received]:
    """
    Receive messages, asking for what they carry.

    Args:
        client: boto3's client of SQS.
        **arguments: of ``receive_message``.
    """
    asked = {
        "MessageSystemAttributeNames": (HEADER_ATTRIBUTE,),
        "MessageAttributeNames": w3c.FIELDS,
    }
    for parameter, names in asked.items():
        arguments[parameter] = _with(arguments.get(parameter) or (), names)
    answer: Mapping[str, Any] = client.receive_message(**arguments)
    messages: Iterable[Mapping[str, Any]] = answer.get("Messages") or ()
    return [Received(message, read(message)) for message in messages]


def _with(asked: Iterable[str], names: Iterable[str]) -> list[str]:
    given = list(asked)
    return given if ALL in given else list(dict.fromkeys((*given, *names)))
