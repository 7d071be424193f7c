"""Child processes: ready, failing, silent, stubborn."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from otel_xray.demo import environment, process_group, processes
from otel_xray.demo.processes import Child
from otel_xray.errors import ConfigurationError, OtelXrayError

pytestmark = pytest.mark.slow

Start = Callable[..., Child]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Return what starts a child that runs some code; all are ended with the test."""
    children: list[Child] = []

    def start(code: str) -> Child:
        (tmp_path / "child.py").write_text(code)
        variables = environment.clean(PYTHONPATH=str(tmp_path))
        children.append(Child("The child", "child", ready=r"^ready (\d+)", variables=variables))
        return children[-1]

    yield start
    processes.stop(children)


def test_the_ready_line_is_found(start: Start) -> None:
    """What the pattern finds in the output is returned, however much is said before and after."""
    child = start(
        "import time\n"
        "print('hello'); print('ready 42', flush=True)\n"
        "print('ready 43', flush=True); time.sleep(60)"
    )
    assert child.wait_ready()[1] == "42"
    assert child.alive


@pytest.mark.parametrize(
    ("code", "kind", "message"),
    [
        ("print('bad port', flush=True); raise SystemExit(2)", ConfigurationError, "^bad port$"),
        ("1 / 0", OtelXrayError, "The child did not start: ZeroDivisionError"),
        ("raise SystemExit(0)", OtelXrayError, "The child did not start: it said nothing"),
    ],
)
def test_a_child_that_ends_is_told(
    start: Start, code: str, kind: type[Exception], message: str
) -> None:
    """A child that ends before it is ready raises its last words; exit code 2 is ours to change."""
    with pytest.raises(kind, match=message):
        start(code).wait_ready()


def test_a_child_that_is_not_ready_in_time_is_told(start: Start) -> None:
    """A child that takes too long is named with the time it had."""
    child = start("import time; print('wait', flush=True); time.sleep(60)")
    time.sleep(0.5)
    with pytest.raises(OtelXrayError, match=r"was not ready after 0\.1 s: wait"):
        child.wait_ready(0.1)


def test_stopping_takes_the_whole_group(start: Start) -> None:
    """What the child has started ends with it."""
    child = start(
        "import subprocess, sys\n"
        "p = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])\n"
        "print('ready', p.pid, flush=True); p.wait()"
    )
    grandchild = int(child.wait_ready()[1])
    processes.stop([child])
    assert not child.alive
    deadline = time.monotonic() + 5
    while Path(f"/proc/{grandchild}").exists() and time.monotonic() < deadline:
        status = Path(f"/proc/{grandchild}/stat").read_text()
        if status.rpartition(")")[2].split()[0] == "Z":  # dead, nobody has collected it yet
            break
        time.sleep(0.01)
    else:
        assert not Path(f"/proc/{grandchild}").exists()


def test_a_stubborn_child_is_killed() -> None:
    """A process that ignores SIGTERM is killed when its time is over."""
    code = (
        "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        "print('x', flush=True); time.sleep(60)"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, start_new_session=True
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        process_group.terminate([process], grace=0.1)
        assert process.returncode == -signal.SIGKILL


def test_ending_twice_is_harmless(start: Start) -> None:
    """A process that has been collected is left alone: its number may be somebody else's."""
    child = start("raise SystemExit(0)")
    child.process.wait()
    processes.stop([child])
    process_group.kill(child.process)
    assert child.process.returncode == 0


def test_the_environment_is_clean(monkeypatch: pytest.MonkeyPatch) -> None:
    """A developer's AWS and OpenTelemetry variables do not reach the children; PATH does."""
    monkeypatch.setenv("AWS_PROFILE", "x")
    monkeypatch.setenv("OTEL_SDK_DISABLED", "true")
    monkeypatch.setenv("HTTP_PROXY", "http://example.invalid")
    made = environment.aws(OWN="1")
    assert made["OWN"] == "1"
    assert made["PATH"] == os.environ["PATH"]
    assert not {"AWS_PROFILE", "OTEL_SDK_DISABLED", "HTTP_PROXY"} & made.keys()
