"""Ways to tell the shape of an event: cheap tests of a few keys, none of which raises."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from otel_xray.aws_lambda.events.trigger import Event
from otel_xray.carriers.values import NOTHING, at, items, mapping, text

Test: TypeAlias = Callable[[Event], bool]

_KAFKA = ("aws:kafka", "SelfManagedKafka")
_IOT_PRESENCE = frozenset({"connected", "disconnected", "subscribed", "unsubscribed"})


def has(*names: str) -> Test:
    """Tell by members that are there."""
    wanted = frozenset(names)
    return lambda event: wanted <= event.keys()


def within(member: str, *names: str) -> Test:
    """Tell by members of a *member*."""
    wanted = frozenset(names)
    return lambda event: wanted <= mapping(event.get(member)).keys()


def any_of(*tests: Test) -> Test:
    """Tell by whether one of several tests does."""
    return lambda event: any(test(event) for test in tests)


def all_of(*tests: Test) -> Test:
    """Tell by whether all of several tests do."""
    return lambda event: all(test(event) for test in tests)


def says(value: str, *path: str) -> Test:
    """Tell by a member that has a certain value."""
    return lambda event: at(event, *path) == value


def _first_record(event: Event) -> Mapping[str, Any]:
    return mapping(next(iter(items(event.get("Records"))), NOTHING))


def records(service: str) -> Test:
    """Tell by the service that the first record names."""

    def test(event: Event) -> bool:
        record = _first_record(event)
        return service in (record.get("eventSource"), record.get("EventSource"))

    return test


def has_notification(event: Event) -> bool:
    """Say whether the first record's body is what SNS has put there."""
    body = text(_first_record(event).get("body"))
    return '"Notification"' in body and '"TopicArn"' in body


def is_function_url(event: Event) -> bool:
    """Say whether a URL of Lambda itself was asked."""
    return ".lambda-url." in text(at(event, "requestContext", "domainName"))


def is_kafka(event: Event) -> bool:
    """Say whether a cluster is the source."""
    return event.get("eventSource") in _KAFKA


def is_iot(event: Event) -> bool:
    """Say whether the registry of IoT, or its broker, tells of something."""
    kind = text(event.get("eventType"))
    return kind.endswith("_EVENT") or kind in _IOT_PRESENCE


def always(_: Event) -> bool:
    """Say yes: nothing else was it."""
    return True


context_object = has("Execution", "State", "StateMachine")  # of Step Functions
