"""Fixtures: receivers, and functions that the wrapper's module traces."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from tests.aws_lambda.control_plane import Environment, environment, write
from tests.aws_lambda.receivers import Collector, Daemon, collector, daemon

Run: TypeAlias = Callable[..., AbstractContextManager[Environment]]

WRAPPED = "otel_xray.aws_lambda.function.handler"


@pytest.fixture
def xray_daemon() -> Iterator[Daemon]:
    """Return an X-Ray daemon."""
    with daemon() as found:
        yield found


@pytest.fixture
def otlp() -> Iterator[Collector]:
    """Return an OTLP receiver."""
    with collector() as found:
        yield found


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Return what runs a function's code behind the wrapper's module."""

    def start(
        code: str, variables: dict[str, str], handler: str = "app.handler", **options: Any
    ) -> AbstractContextManager[Environment]:
        write(tmp_path, code)
        wrapped = {"OTEL_XRAY_HANDLER": handler, **variables}
        return environment(tmp_path, WRAPPED, wrapped, **options)

    return start
