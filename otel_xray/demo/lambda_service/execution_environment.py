"""One execution environment: a runtime process and the Runtime API that feeds it."""

from __future__ import annotations

import queue
import subprocess
import sys
import threading
import time
import uuid
from typing import IO, Union

from otel_xray.demo import environment, process_group
from otel_xray.demo.lambda_service.function import REGION, Function, Invocation
from otel_xray.demo.lambda_service.runtime_api import Exited, Happening, RuntimeApi


class ExecutionEnvironment:
    """
    Starts the real runtime client, ``awslambdaric``, on a function's code.

    Attributes:
        started: seconds since the epoch, just before the process was started.
    """

    def __init__(self, function: Function) -> None:
        self._api = RuntimeApi(function)
        self.started = time.time()
        self._process = _start(function, self._api.address)
        self._watcher = threading.Thread(target=self._watch, daemon=True)
        self._watcher.start()

    def hand_out(self, invocation: Invocation) -> None:
        """Give the runtime its next event."""
        self._api.hand_out(invocation)

    def next_happening(self, timeout: float) -> Happening | None:
        """Wait *timeout* seconds for the next thing that the runtime does; None: it did nothing."""
        try:
            return self._api.happenings.get(timeout=max(0.0, timeout))
        except queue.Empty:
            return None

    @property
    def alive(self) -> bool:
        """The process has not ended."""
        return self._process.poll() is None

    def kill(self) -> None:
        """End the process and everything that it started; `close` does the rest."""
        process_group.kill(self._process)

    def close(self) -> None:
        """End the process, as Lambda does without extensions, and stop the Runtime API."""
        self.kill()
        self._watcher.join()
        self._api.close()

    def _watch(self) -> None:
        code = self._process.wait()
        self._api.happenings.put(Exited(time.time(), code))


def _start(function: Function, runtime_api: str) -> subprocess.Popen[bytes]:
    output: Union[int, IO[bytes]]
    output = function.log.open("ab") if function.log else subprocess.DEVNULL
    try:
        return subprocess.Popen(  # noqa: S603  our interpreter, a fixed module
            [sys.executable, "-m", "awslambdaric", function.handler],
            cwd=function.task_root,
            env=variables(function, runtime_api),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    finally:
        if not isinstance(output, int):
            output.close()


def variables(function: Function, runtime_api: str) -> dict[str, str]:
    """Return the environment of *function* ("Defined runtime environment variables")."""
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    lambdas = environment.aws(
        _HANDLER=function.handler,
        AWS_REGION=REGION,
        AWS_DEFAULT_REGION=REGION,
        AWS_EXECUTION_ENV=f"AWS_Lambda_python{version}",
        AWS_LAMBDA_FUNCTION_NAME=function.name,
        AWS_LAMBDA_FUNCTION_VERSION="$LATEST",
        AWS_LAMBDA_FUNCTION_MEMORY_SIZE=str(function.memory),
        AWS_LAMBDA_INITIALIZATION_TYPE="on-demand",
        AWS_LAMBDA_LOG_GROUP_NAME=f"/aws/lambda/{function.name}",
        AWS_LAMBDA_LOG_STREAM_NAME=f"[$LATEST]{uuid.uuid4().hex}",
        AWS_LAMBDA_RUNTIME_API=runtime_api,
        LAMBDA_TASK_ROOT=str(function.task_root),
        TZ=":UTC",
    )
    return {**lambdas, **function.environment}
