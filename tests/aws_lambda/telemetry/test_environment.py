"""The platform's figures in a real runtime, which freezes between invocations."""

from __future__ import annotations

from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest

from otel_xray.demo.lambda_service.endpoint import Reply
from tests.aws_lambda.control_plane import environment, write

pytestmark = pytest.mark.slow

HANDLER = """
    import os
    import threading
    import time

    from otel_xray.api import source
    from otel_xray.aws_lambda.telemetry.platform import PlatformTelemetry
    from otel_xray.testing import recording

    until_the_end = recording()
    recorded = until_the_end.__enter__()
    tracer = source.tracer("test")
    platform = PlatformTelemetry(os.environ, lambda: tracer)
    registered = platform.register()

    def handler(event, context):
        platform.attach()
        with tracer.start_as_current_span("handler") as span:
            platform.began(context.aws_request_id, span.get_span_context(), time.time_ns())
        return {
            "id": span.get_span_context().span_id,
            "registered": registered,
            "brings": sorted(platform.brings),
            "threads": threading.active_count(),
            "spans": [
                [s.name, s.parent and s.parent.span_id, s.start_time, s.end_time]
                for s in recorded.spans
            ],
        }
"""
MILLISECOND = 0.001  # the platform's times have no more


def named(answer: dict[str, Any], name: str) -> list[list[Any]]:
    """Return the spans with this name."""
    return [span for span in answer["spans"] if span[0] == name]


def test_the_phases_of_an_invocation_come_with_the_next_one(tmp_path: Path) -> None:
    """They are children of the span they tell of, which ended before the freeze, and are exact."""
    with environment(write(tmp_path, HANDLER)) as function:
        outcomes = [function.invoke() for _ in range(3)]
    first, second, third = (outcome.value for outcome in outcomes)

    assert first["registered"]
    assert ["handler"] == [span[0] for span in first["spans"] if span[0] != "Initialization"]
    (init,), (run,), (rest,) = (
        named(second, name) for name in ("Initialization", "Invocation", "Overhead")
    )
    assert {first["id"]} == {init[1], run[1], rest[1]}
    assert init[3] / 1e9 <= outcomes[0].handed + MILLISECOND
    assert outcomes[0].responded is not None
    assert abs(run[2] / 1e9 - outcomes[0].handed) <= 2 * MILLISECOND
    assert abs(run[3] / 1e9 - outcomes[0].responded) <= 2 * MILLISECOND
    assert abs(run[3] - rest[2]) / 1e9 <= 2 * MILLISECOND
    assert [first["id"], second["id"]] == [span[1] for span in named(third, "Invocation")]
    assert 1 == len(named(third, "Initialization"))


def test_figures_may_come_many_invocations_later(tmp_path: Path) -> None:
    """Each finds the invocation that it tells of."""
    with environment(write(tmp_path, HANDLER), telemetry="late") as function:
        answers = [function.invoke().value for _ in range(3)]
        assert all(not named(answer, "Invocation") for answer in answers)
        function.deliver()
        last = function.invoke().value

    assert [a["id"] for a in answers] == [span[1] for span in named(last, "Invocation")]


def test_nobody_waits_for_the_extension(tmp_path: Path) -> None:
    """The environment freezes as soon as the runtime waits, and SIGTERM comes before the end."""
    with environment(write(tmp_path, HANDLER)) as function:
        outcome = function.invoke()
        assert function.is_frozen
        assert outcome.value["threads"] == 2
        assert function.shutdown().asked


@pytest.mark.parametrize(
    "refusal",
    [
        {"telemetry": Reply(HTTPStatus.ACCEPTED, b'{"errorType":"Telemetry.NotSupported"}')},
        {"telemetry": Reply(HTTPStatus.NOT_FOUND)},
        {"extensions": Reply(HTTPStatus.FORBIDDEN)},
    ],
)
def test_without_telemetry_the_function_runs_as_ever(
    tmp_path: Path, refusal: dict[str, Reply]
) -> None:
    """Where the platform refuses, invocations go on, and the log has one line about it."""
    with environment(write(tmp_path, HANDLER), **refusal) as function:  # type: ignore[arg-type]  # one of two
        answers = [function.invoke().value for _ in range(2)]
        told = function.log.count("The platform's figures are not used")

    assert ([False, []], 1) == ([answers[1]["registered"], answers[1]["brings"]], told)


def test_on_a_managed_instance_each_worker_subscribes(tmp_path: Path) -> None:
    """In the forked worker the report is enough for the Invocation."""
    with _managed(tmp_path) as function:
        first, second = function.invoke().value, function.invoke().value

    assert ["Initialization", "Invocation"] == first["brings"]
    assert [first["id"]] == [span[1] for span in named(second, "Invocation")]


def test_nothing_heavy_is_loaded_for_it(tmp_path: Path) -> None:
    """The standard library's HTTP client and server stay out."""
    heavy = ("http.client", "http.server", "email", "urllib.request", "asyncio")
    code = f"""
    import os, sys
    before = set(sys.modules)
    from otel_xray.aws_lambda.telemetry.platform import PlatformTelemetry
    platform = PlatformTelemetry(os.environ, None)
    assert platform.register()

    def handler(event, context):
        return sorted(set({heavy!r}) & (set(sys.modules) - before))
    """
    with environment(write(tmp_path, code)) as function:
        assert [] == function.invoke().value


def _managed(tmp_path: Path) -> Any:
    kind = "lambda-managed-instances"
    return environment(write(tmp_path, HANDLER), initialization_type=kind)
