"""When the process started, and which kind of initialization it was."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

from otel_xray.aws_lambda.initialization import (
    INIT_SECONDS,
    InitializationType,
    classify,
    process_start,
)

TYPE = "AWS_LAMBDA_INITIALIZATION_TYPE"
ON_DEMAND = {TYPE: "on-demand"}
TICK = 0.01  # of the kernel's record


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({}, InitializationType.ON_DEMAND),
        (ON_DEMAND, InitializationType.ON_DEMAND),
        ({TYPE: "provisioned-concurrency"}, InitializationType.PROVISIONED_CONCURRENCY),
        ({TYPE: "snap-start"}, InitializationType.SNAP_START),
        ({TYPE: "lambda-managed-instances"}, InitializationType.MANAGED_INSTANCES),
        (
            {TYPE: "on-demand", "AWS_LAMBDA_MAX_CONCURRENCY": "4"},
            InitializationType.MANAGED_INSTANCES,
        ),
        ({TYPE: "something new"}, InitializationType.ON_DEMAND),
        ({TYPE: "proactive"}, InitializationType.ON_DEMAND),
    ],
)
def test_the_environment_names_the_type(
    environ: dict[str, str], expected: InitializationType
) -> None:
    """Lambda's variable decides; a concurrency is a managed instance's; else it is on-demand."""
    assert expected is classify(environ, 100.0, 101.0, 101.1)


@pytest.mark.parametrize(
    ("start", "ready", "first", "expected"),
    [
        (100.0, 101.0, None, InitializationType.ON_DEMAND),
        (100.0, 101.0, 109.9, InitializationType.ON_DEMAND),
        (100.0, 101.0, 110.1, InitializationType.PROACTIVE),
        (100.0, 110.1, 110.2, InitializationType.SUPPRESSED),
        (100.0, None, 111.0, InitializationType.PROACTIVE),
        (None, 101.0, 500.0, InitializationType.ON_DEMAND),
        (None, None, None, InitializationType.ON_DEMAND),
        (100.0, 99.0, 98.0, InitializationType.ON_DEMAND),
    ],
)
def test_times_tell_what_the_environment_does_not(
    start: float | None, ready: float | None, first: float | None, expected: InitializationType
) -> None:
    """Only what the limit of the phase proves is told apart: a slow extension proves nothing."""
    assert expected is classify(ON_DEMAND, start, ready, first)


def test_other_types_are_not_told_apart_by_times() -> None:
    """Provisioned environments wait for their first invocation by their nature."""
    kind = classify({TYPE: "provisioned-concurrency"}, 0.0, INIT_SECONDS * 2, INIT_SECONDS * 9)

    assert InitializationType.PROVISIONED_CONCURRENCY is kind


@pytest.mark.parametrize(
    ("stated", "phase", "first", "expected"),
    [
        ("on-demand", "init", 101.1, InitializationType.ON_DEMAND),
        ("on-demand", "init", 102.1, InitializationType.PROACTIVE),
        ("on-demand", "invoke", 102.1, InitializationType.SUPPRESSED),
        ("snap-start", "init", 500.0, InitializationType.SNAP_START),
        ("something new", "init", 101.1, InitializationType.ON_DEMAND),
    ],
)
def test_the_platform_knows_better(
    stated: str, phase: str, first: float, expected: InitializationType
) -> None:
    """The platform's type, phase and times decide sharper than the environment and the limit."""
    kind = classify({}, 100.0, 101.0, first, stated=stated, phase=phase)

    assert expected is kind


def test_only_an_initialization_that_is_waited_for_is_a_cold_start() -> None:
    """Callers wait for on-demand and suppressed initializations, and for no others."""
    waited = {kind for kind in InitializationType if kind.is_waited_for}

    assert {InitializationType.ON_DEMAND, InitializationType.SUPPRESSED} == waited


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"1 (python) S 1 2 3",
        b"1 (a) b) S" + b" 1" * 18 + b" x 1",
        b"1 (python) S" + b" 1" * 18 + b" 0 1",
        b"1 (python) S" + b" 1" * 18 + b" 99999999999999 1",
    ],
)
def test_an_unreadable_record_says_nothing(tmp_path: Path, text: bytes) -> None:
    """A record that is cut off, is no number, is zero or lies in the future is none."""
    stat = tmp_path / "stat"
    stat.write_bytes(text)

    assert process_start(str(stat)) is None


def test_a_system_without_proc_says_nothing(tmp_path: Path) -> None:
    """Without the kernel's record there is no time of the start, and no error."""
    assert process_start(str(tmp_path / "missing")) is None


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has /proc")
def test_a_process_knows_when_it_was_started_even_after_an_exec() -> None:
    """The time lies between the call that started the shell and Python's own first step."""
    program = (
        "import time; now = time.time();"
        "from otel_xray.aws_lambda.initialization import process_start; print(process_start(), now)"
    )
    shell = 'sleep 0.1; exec "$@"'
    before = time.time()
    done = subprocess.run(
        ["/bin/sh", "-c", shell, "sh", sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=True,
    )
    start, python = map(float, done.stdout.split())

    assert before - 2 * TICK <= start <= python - 0.1 + 2 * TICK
