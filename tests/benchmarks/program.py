"""A measured program: which contestant, which file, in which surroundings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from tests.benchmarks.contestants import HERE, Contestant
from tests.benchmarks.sinks import Sinks
from tests.benchmarks.upstream import Upstream

FOLDER = HERE / "programs"
NOTHING = FOLDER / "nothing.py"
FUNCTIONS = FOLDER / "functions"


class Wire(Enum):
    """The way that our own spans take; a peer knows one way only."""

    UDP = "xray"
    OTLP = "otlp"


@dataclass(frozen=True, slots=True)
class Program:
    """
    What runs.

    Attributes:
        contestant: whose environment it runs in.
        file: its source; `NOTHING` is an empty program.
        wire: how our own spans are sent.
        in_lambda: the environment variables are those of a Lambda function.
        function: the folder of the function's code in `FUNCTIONS`; empty when there is none.
    """

    contestant: Contestant
    file: Path
    wire: Wire
    in_lambda: bool
    function: str = ""

    @property
    def baseline(self) -> Path:
        """The program whose cost is taken off: the task's own, or the empty one."""
        own = self.file.parent / "baseline.py"
        return own if own.exists() else NOTHING

    @property
    def task_root(self) -> Path:
        """Where the code of the function is."""
        return FUNCTIONS / self.function

    def environ(self, sinks: Sinks, upstream: Upstream) -> dict[str, str]:
        """Return all of its environment variables: the caller's own decide nothing."""
        return {
            "PATH": "/usr/bin:/bin",
            "LANG": "C.UTF-8",
            "PYTHONHASHSEED": "0",
            "AWS_XRAY_DAEMON_ADDRESS": sinks.daemon_address,
            "OTEL_EXPORTER_OTLP_ENDPOINT": sinks.otlp_endpoint,
            "OTEL_TRACES_EXPORTER": self.wire.value,
            "OTEL_XRAY_FLUSH_TIMEOUT": "60000",  # valgrind makes everything 50 times slower
            "UPSTREAM": upstream.url,
            **_AWS,
            **(_LAMBDA if self.in_lambda else {}),
            **(self._own_code() if self.function else {}),
        }

    def _own_code(self) -> dict[str, str]:
        return {"LAMBDA_TASK_ROOT": str(self.task_root), "PYTHONPATH": str(self.task_root)}


_AWS: Mapping[str, str] = {
    "AWS_ACCESS_KEY_ID": "nobody",
    "AWS_SECRET_ACCESS_KEY": "checks it",
    "AWS_DEFAULT_REGION": "eu-west-1",
    "AWS_EC2_METADATA_DISABLED": "true",
}


_LAMBDA: Mapping[str, str] = {
    "AWS_EXECUTION_ENV": "AWS_Lambda_python3.13",
    "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "512",
    "AWS_LAMBDA_FUNCTION_NAME": "processOrder",
    "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
    "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
    "AWS_LAMBDA_LOG_STREAM_NAME": "2026/11/25/[$LATEST]0123456789abcdef",
    "AWS_REGION": "eu-west-1",
    "LAMBDA_TASK_ROOT": "/var/task",
    "_HANDLER": "app.handler",
    "_X_AMZN_TRACE_ID": "Root=1-69250000-0123456789abcdef01234567;"
    "Parent=0123456789abcdef;Sampled=1",
}
