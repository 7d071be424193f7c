"""
Loading the function's handler, and calling it.

The runtime reports the stack of an error without the outermost frames whose file is called
``bootstrap.py``, which are its own. So is this one: with these frames left out as well, a function
reports the same error whether or not it is traced.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import wraps
from importlib import import_module
from typing import Any, TypeAlias, TypeVar, cast

from otel_xray.aws_lambda.lifecycle import lifecycle

Handler: TypeAlias = Callable[..., Any]
Function = TypeVar("Function", bound=Handler)

_RUNTIME = "awslambdaric.bootstrap"
_FAULTS = "awslambdaric.lambda_runtime_exception"
_TRACED = "_otel_xray_traced"


def traced(handler: Function) -> Function:
    """
    Trace each invocation of *handler*; harmless when repeated.

    Args:
        handler: takes an event and Lambda's context object, which may be missing (in a test).
    """
    if getattr(handler, _TRACED, False):
        return handler
    lifecycle.follow()

    @wraps(handler)
    def call(event: Any = None, context: Any = None, *args: Any, **kwargs: Any) -> Any:
        invocation = lifecycle.begin(event, context)
        if invocation is None:
            return handler(event, context, *args, **kwargs)
        try:
            answer = handler(event, context, *args, **kwargs)
        except BaseException as error:
            lifecycle.fail(invocation, error)
            raise
        lifecycle.succeed(invocation, answer)
        return answer

    setattr(call, _TRACED, True)
    return cast("Function", call)


def load(name: str) -> Handler:
    """
    Return the handler called *name*, as the runtime would.

    Args:
        name: ``module.function``; slashes in the module count as dots.

    Raises:
        Exception: what the runtime reports for a handler that cannot be loaded.
    """
    runtime: Any = sys.modules.get(_RUNTIME)
    find = getattr(runtime, "_get_handler", None) or _found
    try:
        handler: Handler = find(name)
    except BaseException as error:
        lifecycle.not_initialized(error)
        fault = _as_fault(runtime) if isinstance(error, Exception) else None
        if fault is None:
            raise
        raise fault from error
    return handler


def _found(name: str) -> Handler:
    module, _, function = name.rpartition(".")
    handler: Handler = getattr(import_module(module.replace("/", ".")), function)
    return handler


def _as_fault(runtime: Any) -> Exception | None:
    """
    Return the exception at hand as one that the runtime reports without our frames in it.

    None: it does so anyway, or is no runtime that we know.
    """
    fault: Any = getattr(sys.modules.get(_FAULTS), "FaultException", None)
    describe = getattr(runtime, "build_fault_result", None)
    if fault is None or describe is None or isinstance(sys.exc_info()[1], fault):
        return None
    told = describe(sys.exc_info(), None)
    found: Exception = fault(told["errorType"], told["errorMessage"], told["stackTrace"])
    return found
