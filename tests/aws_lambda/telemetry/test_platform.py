"""From the registration to the spans of the platform's figures."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from http import HTTPStatus
from types import MappingProxyType
from typing import Any, TypeAlias

import pytest
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.trace import SpanContext, StatusCode, TraceFlags

from otel_xray.api import source
from otel_xray.aws_lambda.telemetry.platform import MOST_REMEMBERED, PlatformTelemetry
from otel_xray.demo.lambda_service.endpoint import Reply
from otel_xray.settings import Settings
from otel_xray.testing import Recording
from tests.aws_lambda.telemetry.conftest import Apis
from tests.aws_lambda.telemetry.samples import INIT, at, event, invocation

pytestmark = pytest.mark.slow

TYPE = "AWS_LAMBDA_INITIALIZATION_TYPE"
TRACE = 0x5759E988BD862E3FE1BE46A994272793
SPAN = SpanContext(TRACE, 0x53995C3F42CD8AD8, is_remote=False, trace_flags=TraceFlags(1))
UNSAMPLED = SpanContext(TRACE, 0x53995C3F42CD8AD8, is_remote=False, trace_flags=TraceFlags(0))

Start: TypeAlias = Callable[..., tuple[Apis, PlatformTelemetry]]


@pytest.fixture
def start(start_apis: Callable[..., Apis]) -> Iterator[Start]:
    """Return what starts the APIs and a subscriber."""
    with ExitStack() as stack:

        def start(
            environ: Mapping[str, str] = MappingProxyType({}), **arguments: Any
        ) -> tuple[Apis, PlatformTelemetry]:
            apis = start_apis(**arguments)
            variables = {**environ, "AWS_LAMBDA_RUNTIME_API": apis.address}
            platform = PlatformTelemetry(variables, lambda: source.tracer("test"))
            stack.callback(platform.close)
            return apis, platform

        yield start


def only(recorded: Recording, name: str) -> ReadableSpan:
    """Return the one span with this name, which lies inside the invocation's."""
    found = recorded.span(name)
    assert found.parent is not None
    assert (SPAN.trace_id, SPAN.span_id) == (found.parent.trace_id, found.parent.span_id)
    return found


def test_a_subscriber_is_an_extension_without_events(start: Start) -> None:
    """It registers for nothing, waits for nothing, and subscribes to the platform's events."""
    apis, platform = start()

    assert platform.register()
    (extension,) = apis.extensions.registered.values()
    assert ("otel-xray", frozenset()) == (extension.name, extension.events)
    assert apis.extensions.wait_until_idle(10)
    assert apis.telemetry.subscription is not None
    assert ["platform"] == apis.telemetry.subscription["types"]


def test_figures_that_come_late_are_drawn_inside_their_invocation(
    start: Start, recorded: Recording
) -> None:
    """Two invocations later, the phases of the first are children of its span, with its times."""
    apis, platform = start()
    platform.register()
    platform.began("a", SPAN, at(200))
    platform.attach()
    assert [] == recorded.spans

    apis.deliver(*INIT)
    platform.attach()
    assert ["Initialization"] == [span.name for span in recorded.spans]
    apis.deliver(*invocation("x", 200), *invocation("a", 200))
    platform.attach()
    platform.attach()

    init, run, rest = (only(recorded, n) for n in ("Initialization", "Invocation", "Overhead"))
    assert len(recorded.spans) == 3
    assert (at(0), at(120.5)) == (init.start_time, init.end_time)
    assert (at(200), at(223.5)) == (run.start_time, run.end_time)
    assert (at(224), at(234.75)) == (rest.start_time, rest.end_time)
    assert {
        "faas.invocation_id": "a",
        "aws.lambda.status": "success",
        "aws.lambda.duration": 35.0,
        "aws.lambda.billed_duration": 51.0,
        "aws.lambda.init_duration": 120.5,
        "aws.lambda.memory_size": 256 << 20,
        "aws.lambda.max_memory_used": 64 << 20,
        "aws.lambda.produced_bytes": 17,
        "aws.lambda.response_latency": 23.25,
        "aws.lambda.response_duration": 0.5,
        "aws.lambda.runtime_overhead": 10.75,
        "aws.lambda.extension_overhead": 15.0,
    } == dict(run.attributes or {})
    assert {
        "faas.coldstart": True,
        "aws.lambda.initialization_type": "on-demand",
        "aws.lambda.initialization_phase": "init",
        "aws.lambda.extensions": ("collector",),
    } == dict(init.attributes or {})


def test_an_initialization_that_nobody_waited_for_is_a_trace_of_its_own(
    start: Start, recorded: Recording
) -> None:
    """A proactive one is linked to the first invocation, and is no cold start."""
    apis, platform = start()
    platform.register()
    apis.deliver(*INIT)
    platform.began("a", SPAN, at(50_000))
    platform.attach()

    init = recorded.span("Initialization")
    (link,) = init.links
    assert init.parent is None
    assert SPAN.span_id == link.context.span_id
    attributes = init.attributes or {}
    assert ("proactive", False) == (
        attributes["aws.lambda.initialization_type"],
        attributes["faas.coldstart"],
    )


def test_an_invocation_that_failed_says_so(start: Start, recorded: Recording) -> None:
    """A time-out is an error of the Invocation, which lasts as long as the platform says."""
    apis, platform = start()
    platform.register()
    platform.began("a", SPAN, at(200))
    failed = {"requestId": "a", "status": "timeout", "errorType": "Sandbox.Timedout"}
    metrics = {"durationMs": 300.0}
    apis.deliver(
        event("start", 200, requestId="a"),
        event("runtimeDone", 500, **failed, metrics=metrics),
        event("report", 501, **failed, metrics=metrics),
    )
    platform.attach()

    run = only(recorded, "Invocation")
    assert (StatusCode.ERROR, "Sandbox.Timedout") == (
        run.status.status_code,
        run.status.description,
    )
    assert ["Invocation"] == [span.name for span in recorded.spans]


def test_at_the_end_what_has_come_is_drawn(start: Start, recorded: Recording) -> None:
    """Without a report, the phases wait until nothing more will come."""
    apis, platform = start()
    platform.register()
    platform.began("a", SPAN, at(200))
    platform.began("b", SPAN, at(900))
    apis.deliver(*invocation("a", 200)[:2])
    platform.attach()
    assert [] == recorded.spans

    platform.attach(final=True)
    assert ["Invocation", "Overhead"] == [span.name for span in recorded.spans]


def test_a_second_attempt_is_drawn_for_itself(start: Start, recorded: Recording) -> None:
    """The same request id, tried again, has its own figures."""
    apis, platform = start()
    platform.register()
    platform.began("a", SPAN, at(200))
    apis.deliver(*invocation("a", 200))
    platform.attach()
    platform.began("a", SPAN, at(59_000))
    platform.attach(final=True)

    assert at(200) == only(recorded, "Invocation").start_time


def test_unsampled_invocations_are_left_out(start: Start, recorded: Recording) -> None:
    """Nothing is drawn into a trace that is not recorded."""
    apis, platform = start()
    platform.register()
    platform.began("a", UNSAMPLED, at(200))
    apis.deliver(*INIT, *invocation("a", 200))
    platform.attach()

    assert [] == recorded.spans


def test_only_so_many_invocations_are_remembered(start: Start, recorded: Recording) -> None:
    """When no figures come, the oldest invocation is forgotten first."""
    apis, platform = start()
    platform.register()
    for number in range(MOST_REMEMBERED + 1):
        platform.began(str(number), SPAN, at(200))
    apis.deliver(*invocation("0", 200), *invocation("1", 200))
    platform.attach()

    assert "1" == (only(recorded, "Invocation").attributes or {})["faas.invocation_id"]


def test_a_restored_snapshot_is_a_phase_of_the_first_invocation(
    start: Start, recorded: Recording
) -> None:
    """Restore is drawn, and the initialization of long ago is not."""
    apis, platform = start({TYPE: "snap-start"})
    platform.register()
    apis.deliver(*INIT)
    platform.began("a", SPAN, at(59_000))
    platform.attach()
    apis.deliver(
        event("restoreStart", 58_000), event("restoreReport", 58_400, metrics={"durationMs": 400})
    )
    platform.attach()

    restore = only(recorded, "Restore")
    assert (at(58_000), at(58_400)) == (restore.start_time, restore.end_time)
    assert ["Restore"] == [span.name for span in recorded.spans]
    assert {"Restore", "Invocation", "Overhead"} == platform.brings


def test_on_a_managed_instance_the_newest_schema_is_used(start: Start, recorded: Recording) -> None:
    """There the report is all that comes, names differ, and the overhead is not told."""
    managed = {"AWS_LAMBDA_MAX_CONCURRENCY": "2"}
    apis, platform = start(managed, schemas=("2025-01-29",), allowed=())
    assert platform.register()
    (extension,) = apis.extensions.registered.values()
    platform.began("a", SPAN, at(200))
    report = invocation("a", 200)[1]
    report["type"] = "platform.report"
    apis.deliver(report)
    platform.attach()

    assert at(200) == only(recorded, "Invocation").start_time
    assert {"Initialization", "Invocation"} == platform.brings
    assert extension.name.startswith("otel-xray-")


def test_another_schema_is_tried_when_the_first_is_refused(start: Start) -> None:
    """A platform that knows only the newest schema is asked for that."""
    apis, platform = start(schemas=("2025-01-29",))

    assert platform.register()
    assert apis.telemetry.subscription is not None
    assert "2025-01-29" == apis.telemetry.subscription["schemaVersion"]


STUB = Reply(HTTPStatus.ACCEPTED, b'{"errorType":"Telemetry.NotSupported"}')
FORBIDDEN = Reply(HTTPStatus.FORBIDDEN, b'{"errorType":"Extension.RegistrationClosed"}')
MISSING = Reply(HTTPStatus.NOT_FOUND)


@pytest.mark.parametrize(
    ("refusals", "reason"),
    [
        ({"telemetry_answer": STUB}, "PUT .*telemetry was answered with 202 .*NotSupported"),
        ({"telemetry_answer": MISSING}, "PUT .*telemetry was answered with 404"),
        ({"extension_answer": FORBIDDEN}, "POST .*register was answered with 403 .*Closed"),
        ({"extension_answer": MISSING}, "POST .*register was answered with 404"),
        ({"schemas": ()}, "PUT .*telemetry was answered with 400"),
    ],
)
def test_a_refusal_is_one_line(
    start: Start, caplog: pytest.LogCaptureFixture, refusals: dict[str, Any], reason: str
) -> None:
    """Where the platform refuses, one warning says why, and everything else does nothing."""
    apis, platform = start(**refusals)
    with caplog.at_level(logging.WARNING):
        assert not platform.register()
        platform.began("a", SPAN, at(200))
        platform.attach(final=True)

    (record,) = caplog.records
    assert frozenset() == platform.brings
    assert apis.extensions.wait_until_idle(10)
    assert re.search(reason, record.getMessage())


@pytest.mark.parametrize("address", ["", "nonsense", "127.0.0.1:1", "127.0.0.1:x"])
def test_without_a_platform_one_line_says_so(
    caplog: pytest.LogCaptureFixture, address: str
) -> None:
    """No address, no number, and nobody who listens: one warning, no exception."""
    environ = {"AWS_LAMBDA_RUNTIME_API": address}
    platform = PlatformTelemetry(environ, lambda: source.tracer("test"))
    with caplog.at_level(logging.WARNING):
        assert not platform.register()

    assert 1 == len(caplog.records)
    platform.close()


def test_strange_bodies_do_no_harm(
    start: Start, recorded: Recording, caplog: pytest.LogCaptureFixture
) -> None:
    """What cannot be read is left out; what the platform itself lost is told once."""
    apis, platform = start()
    platform.register()
    for body in (b"", b"{", b'"x"', b"[[]]", b"\xff\xfe"):
        assert apis.telemetry.post(body) == 200
    apis.deliver(event("logsDropped", 1, droppedRecords=3, droppedBytes=9))
    platform.began("a", SPAN, at(200))
    with caplog.at_level(logging.WARNING):
        platform.attach()
        platform.attach()

    assert [] == recorded.spans
    assert ["3 of the platform's figures were lost."] == [r.getMessage() for r in caplog.records]


def test_it_is_off_unless_asked_for() -> None:
    """One variable asks for it."""
    assert not Settings.from_environ({}).telemetry_api
    assert Settings.from_environ({"OTEL_XRAY_TELEMETRY_API": "true"}).telemetry_api
