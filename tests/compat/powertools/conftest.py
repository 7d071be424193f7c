"""Powertools' own Tracer on the alias and ours, as in a Lambda function."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from importlib import import_module
from typing import Any

import pytest

from otel_xray import compat
from otel_xray.api import captured
from otel_xray.api.cold_start import ColdStart
from otel_xray.compat import powertools
from otel_xray.testing import Recording, recording

TRACE_ID = "1-5759e988-bd862e3fe1be46a994272793"
PARENT_ID = "53995c3f42cd8ad8"
HEADER = f"Root={TRACE_ID};Parent={PARENT_ID};Sampled=1"

_FRESH = ("aws_lambda_powertools.tracing", "aws_lambda_powertools.middleware_factory")


@pytest.fixture
def in_lambda(monkeypatch: pytest.MonkeyPatch) -> None:
    """Be in an invocation of a function."""
    monkeypatch.setenv("LAMBDA_TASK_ROOT", "/var/task")
    monkeypatch.setenv("_X_AMZN_TRACE_ID", HEADER)


@pytest.fixture
def alias(in_lambda: None) -> Iterator[None]:
    """Make ``aws_xray_sdk`` the alias, in Lambda."""
    compat.install()
    yield
    core = sys.modules.get("aws_xray_sdk.core")
    if core is not None:
        core.xray_recorder.clear_trace_entities()
    compat.uninstall()


@pytest.fixture
def recorded(alias: None) -> Iterator[Recording]:
    """Collect what is recorded."""
    with recording() as collected:
        yield collected


@pytest.fixture
def original(alias: None, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return Powertools' own tracing, as a function's first invocation finds it."""
    import_module("aws_lambda_powertools")
    for name in [name for name in sys.modules if name.startswith(_FRESH)]:
        monkeypatch.delitem(sys.modules, name)
    return import_module("aws_lambda_powertools.tracing")


@pytest.fixture
def ours(alias: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Put our tracing in its place, as a function's first invocation finds it."""
    monkeypatch.setattr(captured, "cold_start", ColdStart())
    for name in [name for name in sys.modules if name.startswith(_FRESH)]:
        monkeypatch.delitem(sys.modules, name)
    powertools.install()
    tracing = import_module("aws_lambda_powertools.tracing")
    yield tracing
    tracing.Tracer._reset_config()
    powertools.uninstall()


@pytest.fixture(name="powertools", params=["original", "ours"])
def either(request: pytest.FixtureRequest) -> Any:
    """Return the one or the other."""
    return request.getfixturevalue(request.param)


@pytest.fixture
def tracer(powertools: Any) -> Any:
    """Return a tracer of the service booking that patches nothing."""
    return powertools.Tracer(service="booking", auto_patch=False)
