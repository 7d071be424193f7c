"""Preparing the process of a function: the alias, the libraries, the pipeline, the handler."""

from __future__ import annotations

from otel_xray import compat, instrument, settings
from otel_xray.aws_lambda import bootstrap
from otel_xray.aws_lambda.bootstrap import Handler
from otel_xray.aws_lambda.lifecycle import lifecycle
from otel_xray.errors import ConfigurationError
from otel_xray.instrument.shield import Shield

OURS = "otel_xray.aws_lambda.function.handler"

_shield = Shield("preparing a function")


def prepare() -> None:
    """Prepare what must be there before the function's code is loaded."""
    if lifecycle.process.decided.enabled:
        with _shield:
            lifecycle.prepare()
            compat.install()
            instrument.install_chosen(lifecycle.process.decided)


def function() -> Handler:
    """
    Return the function's own handler, traced.

    Raises:
        ConfigurationError: no variable names it.
        Exception: it cannot be loaded; the runtime reports the error as it would without us.
    """
    name = settings.lambda_handler()
    if not name or name == OURS:
        msg = (
            f"OTEL_XRAY_HANDLER is {name!r}; set it to the function's own handler, such as "
            "app.handler."
        )
        raise ConfigurationError(msg)
    settings.name_handler(name)
    handler = bootstrap.load(name)
    if not lifecycle.process.decided.enabled:
        return handler
    with _shield:
        lifecycle.initialize()
    return bootstrap.traced(handler)
