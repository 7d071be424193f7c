"""Tests that need a process of their own: what others have loaded must not fork with them."""

from __future__ import annotations

import functools
import inspect
import os
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest

_ALONE = "RUN_ALONE"  # not one that the tests take away


def alone(test: Callable[..., None]) -> Callable[..., None]:
    """Return *test*, which runs in another pytest process and passes when it passes there."""

    @functools.wraps(test)
    def run(request: pytest.FixtureRequest, *args: Any, **fixtures: Any) -> None:
        if os.environ.get(_ALONE):
            test(*args, **fixtures)
            return
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", request.node.nodeid],
            capture_output=True,
            text=True,
            check=False,
            cwd=request.config.rootpath,
            env={**os.environ, _ALONE: "1"},
        )
        assert done.returncode == 0, done.stdout + done.stderr

    run.__signature__ = _with_request(test)  # type: ignore[attr-defined]  # pytest reads it
    return run


def _with_request(test: Callable[..., None]) -> inspect.Signature:
    own = inspect.signature(test)
    request = inspect.Parameter("request", inspect.Parameter.POSITIONAL_OR_KEYWORD)
    return own.replace(parameters=[request, *own.parameters.values()])
