"""A Lambda function: its wrapper, handler and layers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from otel_xray.cli.checks.finding import Circumstances, Finding, Severity
from otel_xray.settings import in_lambda

WRAPPER = "/opt/otel-xray-instrument"
OURS = "otel_xray.aws_lambda.function.handler"
_OWN = "OTEL_XRAY_HANDLER"


def wrapper(seen: Circumstances) -> Iterator[Finding]:
    """Yield a wrapper that is not there, or none where our handler is expected."""
    named = seen.text("AWS_LAMBDA_EXEC_WRAPPER")
    if named.rpartition("/")[2] == "otel-xray-instrument" and not Path(named).exists():
        yield Finding(
            "wrapper-missing",
            f"AWS_LAMBDA_EXEC_WRAPPER is {named}, and there is no such file here.",
            "Lambda does not start a function whose wrapper is missing.",
            f"Add the layer that otel-xray layer build makes; its wrapper is {WRAPPER}.",
            Severity.PROBLEM if in_lambda(seen.environ) else Severity.ADVICE,
        )
    elif in_lambda(seen.environ) and not named and seen.text("_HANDLER") != OURS:
        yield Finding(
            "no-wrapper",
            "AWS_LAMBDA_EXEC_WRAPPER is not set.",
            "The handler has no span of its own unless its code makes one: triggers, phases and "
            "cold starts are not recorded.",
            f"Set it to {WRAPPER}, or decorate the handler; see docs/how-to/lambda-layer.md.",
            Severity.ADVICE,
        )


def handler(seen: Circumstances) -> Iterator[Finding]:
    """Yield a handler that cannot be found."""
    replaced, own = seen.text("_HANDLER"), seen.text(_OWN)
    if replaced == OURS and own in {"", OURS}:
        yield Finding(
            "handler-not-named",
            f"_HANDLER is {OURS}, and {_OWN} is {'the same' if own else 'not set'}.",
            "Nobody knows the function's own handler, so each invocation fails.",
            f"Set {_OWN} to it (module.function), or leave both to the layer's wrapper.",
        )
        return
    named = own or replaced
    root = seen.text("LAMBDA_TASK_ROOT")
    if not named or named == OURS or not root:
        return
    module = named.rpartition(".")[0].replace(".", "/")
    places = (Path(root, f"{module}.py"), Path(root, module, "__init__.py"))
    if module and Path(root).is_dir() and not any(place.exists() for place in places):
        yield Finding(
            "handler-not-found",
            f"The handler is {named}, and {root} has no {module}.py.",
            "Lambda looks in layers too, but a handler is seldom there.",
            f"Correct the function's handler{f', or {_OWN}' if own else ''}.",
            Severity.ADVICE,
        )


def python_path(seen: Circumstances) -> Iterator[Finding]:
    """Yield a search path that hides layers."""
    path = seen.text("PYTHONPATH")
    if in_lambda(seen.environ) and path and "/opt/python" not in path.split(":"):
        yield Finding(
            "python-path-hides-layers",
            "PYTHONPATH is set, without /opt/python.",
            "Lambda's runtime then searches no layer, so otel-xray is not found.",
            "Append :/opt/python to it.",
            Severity.ADVICE
            if seen.text("AWS_LAMBDA_EXEC_WRAPPER") == WRAPPER
            else Severity.PROBLEM,
        )
