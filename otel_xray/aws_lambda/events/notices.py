"""Events that stand alone: notices of services, schedules, hooks, and plain invocations."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import NamedTuple

from otel_xray.aws_lambda.events.extracts import (
    Extract,
    Table,
    after,
    attributes,
    constant,
    field,
    first,
)
from otel_xray.aws_lambda.events.trigger import Event, Source, Trigger
from otel_xray.carriers.carried import NOTHING, Carried
from otel_xray.carriers.values import at
from otel_xray.model import keys

TIME = "faas.time"
OPERATION_TYPE = "graphql.operation.type"
OPERATIONS = ("query", "mutation", "subscription")

Read = Callable[[Event], Carried]


def _nothing(_: Event) -> Carried:
    return NOTHING


def _headers(*path: str) -> Read:
    def read(event: Event) -> Carried:
        from otel_xray.carriers import http  # noqa: PLC0415  each service loads its own carrier

        return http.read(at(event, *path))

    return read


def _carried(service: str) -> Read:
    def read(event: Event) -> Carried:
        from otel_xray.carriers import services  # noqa: PLC0415  as above

        return services.read(service, event)

    return read


def _payload(event: Event) -> Carried:
    """Read the field of a payload, or the headers that other instrumentations put there."""
    return _carried("step_functions")(event).or_else(_headers("headers")(event))


def _no_name(_: object) -> None:
    return None


class Notice(NamedTuple):
    """
    A source whose events stand alone.

    Attributes:
        table: attributes of the handler's span.
        name: of that span; of few values.
        carried: reads who caused the event.
    """

    table: Table = MappingProxyType({})
    name: Extract = _no_name
    carried: Read = _nothing


def _field_name(event: object) -> str:
    return f"{at(event, 'info', 'parentTypeName')}.{at(event, 'info', 'fieldName')}"


def _operation(event: object) -> str | None:
    operation = str(at(event, "info", "parentTypeName")).lower()
    return operation if operation in OPERATIONS else None


def _processing(event: object) -> str:
    return f"{at(event, 'detail-type')} process"


def _record(member: str) -> Extract:
    """Extract a member of the first record."""
    return lambda event: at(_first_record(event), member)


_first_record = first("Records")


def _execution(name: str) -> Extract:
    """Extract a member of Step Functions' context object, wherever the payload has it."""
    state, _, key = name.partition(".")
    places = ((), ("Context",), ("context",))

    def found(event: object) -> object:
        values = (at(event, *place, state, key) for place in places)
        return next((value for value in values if value is not None), None)

    return found


NOTICES: Mapping[str, Notice] = MappingProxyType(
    {
        "appsync": Notice(
            {OPERATION_TYPE: _operation, "aws.appsync.field": _field_name},
            _field_name,
            _headers("request", "headers"),
        ),
        "appsync_authorizer": Notice(
            {"aws.appsync.api_id": field("requestContext", "apiId")},
            carried=_headers("requestHeaders"),
        ),
        "api_gateway_authorizer": Notice(
            {"aws.api_gateway.authorizer_type": field("type")}, carried=_headers("headers")
        ),
        "codecommit": Notice(
            {
                "aws.codecommit.repository": after(":", _record("eventSourceARN")),
                "aws.codecommit.event": _record("eventName"),
            }
        ),
        "scheduler": Notice({TIME: field("time"), "aws.scheduler.schedule": first("resources")}),
        "scheduled_rule": Notice({TIME: field("time"), "aws.eventbridge.rule": first("resources")}),
        "eventbridge": Notice(
            {
                keys.MESSAGING_SYSTEM: constant("aws.eventbridge"),
                keys.MESSAGING_OPERATION_NAME: constant("process"),
                keys.MESSAGING_OPERATION_TYPE: constant("process"),
                keys.MESSAGE_ID: field("id"),
                "aws.eventbridge.source": field("source"),
                "aws.eventbridge.detail_type": field("detail-type"),
            },
            _processing,
            _carried("eventbridge"),
        ),
        "step_functions": Notice(
            {
                "aws.step_functions.execution.arn": _execution("Execution.Id"),
                "aws.step_functions.state_machine.arn": _execution("StateMachine.Id"),
                "aws.step_functions.state": _execution("State.Name"),
            },
            carried=_carried("step_functions"),
        ),
        "cognito": Notice(
            {
                "aws.cognito.trigger": field("triggerSource"),
                "aws.cognito.user_pool_id": field("userPoolId"),
                "aws.cognito.identity_pool_id": field("identityPoolId"),
            }
        ),
        "cloudwatch_logs": Notice(),
        "iot": Notice({"aws.iot.event_type": field("eventType")}),
        "codepipeline": Notice({"aws.codepipeline.job_id": field("CodePipeline.job", "id")}),
        "direct": Notice(carried=_payload),
    }
)


def read(source: Source, event: Event) -> Trigger:
    """Describe an event that came by *source*."""
    notice = NOTICES[source.name]
    carried = notice.carried(event)
    name = notice.name(event)
    return Trigger(
        source.name,
        source.kind,
        name if isinstance(name, str) else None,
        attributes(notice.table, event),
        carried.w3c,
        carried.xray,
    )
