"""One runtime process and the APIs that it talks to; it lives until it is shut down or crashes."""

from __future__ import annotations

import json
import queue
import re
import signal
import subprocess
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Any, TypeAlias, Union, cast

from otel_xray.demo import process_group
from otel_xray.demo.lambda_service.endpoint import Reply, Request, Route
from otel_xray.demo.lambda_service.function import Function
from otel_xray.demo.lambda_service.runtime_api import (
    Exited,
    Raised,
    Ready,
    Responded,
    RuntimeApi,
)
from tests.aws_lambda.control_plane.extensions import JSON, Extensions

_PREFIX = "/2018-06-01/runtime"
_ACCEPTED = Reply(HTTPStatus.ACCEPTED, b'{"status":"OK"}', JSON)
_STOPPED, _SLEEPING = "T", "S"  # proc(5): states of a process, which are its main thread's
_PATIENCE = 20.0


@dataclass(frozen=True, slots=True)
class Initialized:
    """A process that is to be a snapshot has asked to be restored."""

    time: float


@dataclass(frozen=True, slots=True)
class InitFailed:
    """The runtime posted an error of its initialization, or of a hook of the snapshot."""

    time: float
    payload: bytes


Happening: TypeAlias = Union[Ready, Responded, Raised, Exited, Initialized, InitFailed]


class Runtime:
    """
    A started process.

    Args:
        command: what is started.
        variables: its environment, without the address of the Runtime API.
        routes: what else is served at that address.

    Attributes:
        started: when, in seconds since the epoch.
        api: hands out invocations.
        extensions: those inside the process.
        is_initialized: its initialization is over, well or not.
        is_ready: it has asked for its first invocation, and has not ended since.
    """

    def __init__(
        self,
        function: Function,
        command: Sequence[str],
        variables: dict[str, str],
        extensions: Extensions,
        routes: Sequence[Route],
    ) -> None:
        self.extensions = extensions
        self.is_initialized = False
        self.is_ready = False
        self._restored = threading.Event()
        self.api = RuntimeApi(function, (*routes, *extensions.routes, *self._own_routes()))
        self.started = time.time()
        assert function.log is not None
        with function.log.open("ab") as log:
            self.process = subprocess.Popen(
                [*command, function.handler],
                cwd=function.task_root,
                env={**variables, "AWS_LAMBDA_RUNTIME_API": self.api.address},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self._watcher = threading.Thread(target=self._watch, daemon=True)
        self._watcher.start()

    @property
    def alive(self) -> bool:
        """The process has not ended."""
        return self.process.poll() is None

    @property
    def peak_megabytes(self) -> int | None:
        """The most memory that the process has had; None once it has ended."""
        try:
            status = Path(f"/proc/{self.process.pid}/status").read_text()
        except OSError:
            return None
        found = re.search(r"VmHWM:\s+(\d+) kB", status)
        return None if found is None else int(found[1]) >> 10

    def wait(self, deadline: float, *kinds: type[Happening]) -> Happening | None:
        """Return the next happening of one of *kinds*, or the end; None: neither in time."""
        while True:
            try:
                happening = self._happenings.get(timeout=max(0, deadline - time.time()))
            except queue.Empty:
                return None
            if isinstance(happening, (*kinds, Exited)):
                return happening

    def answer(self, reply: Reply) -> None:
        """Answer the runtime's request for work."""
        self.api.answer(lambda: reply)

    def restore(self) -> None:
        """Let the process go on from its snapshot."""
        self._restored.set()

    def stop(self) -> None:
        """Stop every thread of the process group, and wait until they stand still."""
        process_group.send(self.process, signal.SIGSTOP)
        self._wait_until(_STOPPED)

    def resume(self) -> None:
        """
        Let it go on, and wait until it waits for an event as it did before.

        A signal that is sent before that goes to another thread than the main one, where Python
        does not see it. Lambda stops the whole machine, and has no such time.
        """
        process_group.send(self.process, signal.SIGCONT)
        self._wait_until(_SLEEPING)

    def terminate(self, grace: float) -> bool:
        """Ask the process to end, and say whether it did within *grace* seconds."""
        process_group.send(self.process, signal.SIGTERM)
        self._watcher.join(grace)
        return not self._watcher.is_alive()

    def close(self) -> int:
        """End the process and its APIs; return what the process returned."""
        process_group.kill(self.process)
        self._watcher.join()
        self._restored.set()
        self.extensions.close()
        self.api.close()
        return self.process.returncode

    def _wait_until(self, state: str) -> None:
        deadline = time.monotonic() + _PATIENCE
        while self.alive and self._state() != state:
            assert time.monotonic() < deadline, f"the process is not {state}, but {self._state()}"
            time.sleep(0.001)

    def _state(self) -> str:
        try:
            stat = Path(f"/proc/{self.process.pid}/stat").read_text()
        except OSError:
            return ""
        return stat.rpartition(")")[2].split()[0]

    def _watch(self) -> None:
        code = self.process.wait()
        self._happenings.put(Exited(time.time(), code))

    def _own_routes(self) -> tuple[Route, ...]:
        return (
            ("GET", re.compile(f"{_PREFIX}/restore/next"), self._restore_next),
            ("POST", re.compile(f"{_PREFIX}/(?:init|restore)/error"), self._init_error),
        )

    def _restore_next(self, request: Request) -> Reply:
        self._happenings.put(Initialized(time.time()))
        self._restored.wait()
        return Reply(HTTPStatus.OK, b"{}", JSON)

    def _init_error(self, request: Request) -> Reply:
        self._happenings.put(InitFailed(time.time(), request.body))
        return _ACCEPTED

    @property
    def _happenings(self) -> queue.SimpleQueue[Happening]:
        """One queue, which keeps the order of everything."""
        return cast("queue.SimpleQueue[Happening]", self.api.happenings)


def error_object(payload: bytes) -> dict[str, Any]:
    """Read an error that a runtime posted; what cannot be read is quoted."""
    try:
        return dict(json.loads(payload))
    except (ValueError, TypeError):
        return {"errorType": "Error", "errorMessage": payload.decode("utf-8", "replace")}
