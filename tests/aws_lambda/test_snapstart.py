"""A process that becomes many: what begins anew when a snapshot is restored."""

from __future__ import annotations

import random
import socket
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from otel_xray.aws_lambda import snapstart
from otel_xray.sampling.fork import renew_in_child
from tests.aws_lambda.control_plane import environment, write

hooks: Any = pytest.importorskip("snapshot_restore_py")
SNAP_START = {"AWS_LAMBDA_INITIALIZATION_TYPE": "snap-start"}
HANDLER = """
    import random
    import otel_xray
    from otel_xray import pipeline, settings
    from otel_xray.api import source
    from otel_xray.aws_lambda import snapstart

    otel_xray.configure()
    flushed = []
    snapshot = snapstart.follow(
        settings.environment(), lambda: flushed.append(pipeline.running().flush(1))
    )
    tracer = source.tracer("test")
    tracer.start_span("initialization").end()
    instance = pipeline.running().provider.resource.attributes.get("service.instance.id")
    random.seed(1)
    expected = random.Random(1).getrandbits(64)

    def handler(event, context):
        span = tracer.start_span("invocation")
        span.end()
        now = span.resource.attributes.get("service.instance.id")
        return {
            "in order": 0 < snapshot.taken < snapshot.restored,
            "flushed": flushed,
            "span": span.get_span_context().span_id,
            "expected": expected,
            "instances": [instance, now],
        }
"""


@pytest.fixture(autouse=True)
def registries() -> Iterator[None]:
    """Forget the hooks that a test registers."""
    yield
    hooks.get_before_snapshot().clear()
    hooks.get_after_restore().clear()


def snapshot_and_restore() -> None:
    """Call the hooks as the runtime does."""
    for hook, args, kwargs in reversed(hooks.get_before_snapshot()):
        hook(*args, **kwargs)
    for hook, args, kwargs in hooks.get_after_restore():
        hook(*args, **kwargs)


@pytest.mark.parametrize("kind", ["on-demand", "provisioned-concurrency", ""])
def test_other_functions_have_no_hooks(kind: str) -> None:
    """Where no snapshot is taken, nothing is registered."""
    environ = {"AWS_LAMBDA_INITIALIZATION_TYPE": kind}

    assert snapstart.follow(environ, list) is None
    assert [] == hooks.get_before_snapshot()


def test_a_runtime_without_hooks_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without Lambda's module there is nothing to follow, and no error."""
    monkeypatch.setitem(sys.modules, "snapshot_restore_py", None)

    assert snapstart.follow(SNAP_START, list) is None


def test_times_are_those_of_the_hooks() -> None:
    """What was measured is when the process was ready for the snapshot, and when it went on."""
    times = iter([10, 20])
    snapshot = snapstart.follow(SNAP_START, list, lambda: next(times))
    assert snapshot is not None
    assert (0, 0) == (snapshot.taken, snapshot.restored)

    snapshot_and_restore()
    assert (10, 20) == (snapshot.taken, snapshot.restored)


def test_chance_begins_anew() -> None:
    """Two environments of one snapshot do not draw the same numbers."""
    snapstart.follow(SNAP_START, list)
    random.seed(1)
    expected = random.Random(1).getrandbits(64)
    snapshot_and_restore()

    assert expected != random.getrandbits(64)


def test_what_counts_for_one_process_begins_anew() -> None:
    """Reservoirs, quotas and statistics are renewed as in a forked process."""

    class Owner:
        renewed = 0

    owner = Owner()
    renew_in_child(owner, lambda found: setattr(found, "renewed", found.renewed + 1))
    snapstart.follow(SNAP_START, list)
    snapshot_and_restore()

    assert owner.renewed == 1


def test_a_failure_of_ours_does_not_fail_the_snapshot(caplog: pytest.LogCaptureFixture) -> None:
    """A flush that raises is logged, and the environment is restored."""

    def flush() -> None:
        raise ConnectionError

    snapshot = snapstart.follow(SNAP_START, flush)
    snapshot_and_restore()

    assert snapshot is not None
    assert snapshot.restored > 0
    assert "Failed while taking or restoring a snapshot" in caplog.text


@pytest.fixture
def daemon() -> Iterator[socket.socket]:
    """Listen as the X-Ray daemon does."""
    with closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as listening:
        listening.bind(("127.0.0.1", 0))
        listening.settimeout(20)
        yield listening


@pytest.mark.slow
def test_a_restored_function_is_another_process(tmp_path: Path, daemon: socket.socket) -> None:
    """What init recorded is sent before the snapshot; ids, instance and sockets are new then."""
    host, port = daemon.getsockname()
    task = write(tmp_path, HANDLER)
    variables = {"AWS_XRAY_DAEMON_ADDRESS": f"{host}:{port}"}
    with environment(task, variables=variables, initialization_type="snap-start") as function:
        function.wait_until_ready()
        _, before = daemon.recvfrom(65_536)
        answer: dict[str, Any] = function.invoke().value
        _, after = daemon.recvfrom(65_536)

    assert (True, [True]) == (answer["in order"], answer["flushed"])
    assert answer["expected"] != answer["span"]
    old, new = answer["instances"]
    assert old is None or old != new
    assert before != after
