"""A function in Lambda's Runtime Interface Emulator."""

from __future__ import annotations

import base64
import itertools
import json
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any, Literal, TypeAlias

from tests.aws_lambda.emulator import sandbox
from tests.aws_lambda.emulator.runtime_proxy import Address, RuntimeProxy, runtime_proxy

Mode: TypeAlias = Literal["classic", "managed"]

SECONDS = 60  # patience with a busy machine, not a limit that a test is about
UNAVAILABLE = b'"Runtime.Unavailable"'  # a managed instance whose workers are all busy
INVOKE = "/2015-03-31/functions/function/invocations"

_hosts = itertools.count(1)


@dataclass(frozen=True, slots=True)
class Emulator:
    """
    What functions run in.

    Attributes:
        program: the emulator.
        runtime: what ``/var/runtime`` holds.
    """

    program: Path
    runtime: Path


@dataclass(slots=True)
class Emulated:
    """
    A running function.

    Attributes:
        tmp: what the function sees as ``/tmp``.
    """

    tmp: Path
    _process: subprocess.Popen[bytes]
    _address: Address
    _log: Path
    _proxy: RuntimeProxy | None

    def invoke(
        self,
        event: Any = None,
        *,
        trace: str | None = None,
        client_context: Mapping[str, Any] | None = None,
    ) -> Any:
        """
        Invoke the function, and return what it returns, or the error that the runtime reports.

        Args:
            event: its JSON is sent; bytes are sent as they are.
            trace: tracing header, as the function gets it.
            client_context: what an invoking SDK would say about itself.
        """
        return json.loads(self.invoke_raw(event, trace=trace, client_context=client_context))

    def invoke_raw(
        self,
        event: Any = None,
        *,
        trace: str | None = None,
        client_context: Mapping[str, Any] | None = None,
    ) -> bytes:
        """Do as `invoke`, and return the bytes of the answer."""
        if self._proxy is not None:
            self._proxy.trace = trace
        headers = {"Content-Type": "application/json"}
        if trace is not None:
            headers["X-Amzn-Trace-Id"] = trace
        if client_context is not None:
            text = json.dumps(client_context).encode()
            headers["X-Amz-Client-Context"] = base64.b64encode(text).decode()
        body = event if isinstance(event, bytes) else json.dumps(event).encode()
        deadline = time.monotonic() + SECONDS
        while UNAVAILABLE in (answer := self._post(body, headers)):
            # Lambda itself would choose another instance, or start one.
            assert time.monotonic() < deadline, self.log
            time.sleep(0.01)
        return answer

    def _post(self, body: bytes, headers: Mapping[str, str]) -> bytes:
        connection = HTTPConnection(*self._address, timeout=SECONDS)
        try:
            connection.request("POST", INVOKE, body, headers)
            return connection.getresponse().read()
        except (OSError, HTTPException) as error:
            msg = f"{error!r}: {self.log}"
            raise AssertionError(msg) from error
        finally:
            connection.close()

    @property
    def durations(self) -> list[float]:
        """Seconds from handing an event out to its answer, one an invocation; classic only."""
        assert self._proxy is not None
        return self._proxy.durations

    @property
    def gaps(self) -> list[float]:
        """Seconds from an answer to the runtime's request for more work; classic only."""
        assert self._proxy is not None
        return self._proxy.gaps

    @property
    def initialization_error(self) -> bytes:
        """What the runtime reported of a function that could not be loaded; classic only."""
        assert self._proxy is not None
        return self._proxy.initialization_error

    def wait_until_idle(self) -> None:
        """Wait until the runtime asks for the next invocation; classic only."""
        assert self._proxy is not None
        assert self._proxy.waiting.wait(SECONDS), self.log

    @property
    def log(self) -> str:
        """What the emulator, the runtime and the function have written."""
        return self._log.read_text(errors="replace")

    def stop(self, number: signal.Signals = signal.SIGTERM) -> None:
        """Send the emulator a signal, and wait for its end."""
        for child in sandbox.children(self._process.pid):
            os.kill(child, number)
        self._process.wait(SECONDS)


@contextmanager
def emulated(
    emulator: Emulator,
    *,
    files: Mapping[str, str],
    handler: str = "app.handler",
    variables: Mapping[str, str] | None = None,
    mode: Mode = "classic",
    layers: tuple[Path, ...] = (),
    nameserver: str | None = None,
) -> Iterator[Emulated]:
    """
    Run a function until the block ends.

    Args:
        emulator: what it runs in.
        files: the function's own, by their path below ``/var/task``.
        handler: as Lambda is told.
        variables: of the function.
        mode: how Lambda runs it; as a managed instance its workers fork.
        layers: folders whose contents are laid over each other at ``/opt``.
        nameserver: the only one that host names are asked of; None: the machine's.
    """
    root = Path(tempfile.mkdtemp(prefix="otel-xray-function-"))
    host = f"127.{os.getpid() % 200 + 20}.{os.getpid() // 200 % 256}.{next(_hosts) % 254 + 1}"
    with ExitStack() as stack:
        stack.callback(shutil.rmtree, root, ignore_errors=True)
        sandbox.lay_out(root, emulator.runtime, files, layers, nameserver)
        invoke, api = (host, _free_port(host)), (host, _free_port(host))
        proxy = stack.enter_context(runtime_proxy(host, api)) if mode == "classic" else None
        environment = {
            **_platform(handler, host, proxy),
            **({"AWS_LAMBDA_MAX_CONCURRENCY": "1"} if mode == "managed" else {}),
            **(variables or {}),
        }
        arguments = [
            *("--runtime-interface-emulator-address", "{}:{}".format(*invoke)),
            *("--runtime-api-address", "{}:{}".format(*api)),
            "/var/runtime/bootstrap",
        ]
        log = root / "log"
        process = stack.enter_context(
            sandbox.running(root, emulator.program, environment, arguments, log)
        )
        function = Emulated(root / "tmp", process, invoke, log, proxy)
        _wait_for(invoke, function, process)
        yield function


def _platform(handler: str, host: str, proxy: RuntimeProxy | None) -> dict[str, str]:
    """Return the variables that Lambda sets ("Defined runtime environment variables")."""
    given = {
        "_HANDLER": handler,
        "AWS_ACCESS_KEY_ID": "key",
        "AWS_DEFAULT_REGION": "eu-west-1",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "256",
        "AWS_LAMBDA_FUNCTION_NAME": "orders",
        "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
        "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
        "AWS_LAMBDA_LOG_GROUP_NAME": "/aws/lambda/orders",
        "AWS_LAMBDA_LOG_STREAM_NAME": "2026/01/01/[$LATEST]0123456789abcdef",
        "AWS_REGION": "eu-west-1",
        "AWS_SECRET_ACCESS_KEY": "secret",
        "AWS_SESSION_TOKEN": "token",
        "AWS_XRAY_CONTEXT_MISSING": "LOG_ERROR",
        "EMULATED_ENVIRONMENT": f"AWS_Lambda_python{sandbox.VERSION}",
        "EMULATED_PYTHON": sandbox.PYTHON,
        "LAMBDA_RUNTIME_DIR": "/var/runtime",
        "LAMBDA_TASK_ROOT": "/var/task",
        "LANG": "en_US.UTF-8",
        "LD_LIBRARY_PATH": "/var/lang/lib:/var/runtime:/var/task:/var/task/lib:/opt/lib",
        "PATH": "/var/lang/bin:/usr/local/bin:/usr/bin:/bin:/opt/bin",
        "TZ": ":UTC",
    }
    if proxy is not None:
        given["EMULATED_RUNTIME_API"] = f"{host}:{proxy.port}"
    return given


def _free_port(host: str) -> int:
    """Return a port that is free; nobody else uses this address, so it stays so."""
    with socket.socket() as tried:
        tried.bind((host, 0))
        port: int = tried.getsockname()[1]
        return port


def _wait_for(address: Address, function: Emulated, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + SECONDS
    while time.monotonic() < deadline:
        assert process.poll() is None, function.log
        with socket.socket() as tried:
            if tried.connect_ex(address) == 0:
                return
        time.sleep(0.01)
    msg = f"The emulator does not listen: {function.log}"
    raise AssertionError(msg)
