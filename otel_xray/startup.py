"""
What starts the process's recording: settings → pipeline, before the first span.

Nothing heavy is loaded until something is recorded.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TypeAlias

from otel_xray import settings
from otel_xray.api import source
from otel_xray.errors import ConfigurationError
from otel_xray.settings import Settings

Listener: TypeAlias = Callable[[Settings], None]

# What `configure` takes → the variable that says the same.
ARGUMENTS = {
    "backend": "OTEL_XRAY_BACKEND",
    "context_missing": "AWS_XRAY_CONTEXT_MISSING",
    "daemon_address": "AWS_XRAY_DAEMON_ADDRESS",
    "endpoint": "OTEL_EXPORTER_OTLP_ENDPOINT",
    "exporters": "OTEL_TRACES_EXPORTER",
    "sampling_rules": "OTEL_XRAY_SAMPLING_RULES",
    "service": "OTEL_SERVICE_NAME",
}


def configure(**arguments: str) -> None:
    """
    Decide where spans go; what is not given is read from the environment.

    Without this call the environment alone decides, at the first span. It may be called again to
    send spans elsewhere; the service's name stays that of the first call.

    Args:
        **arguments: ``backend`` (a preset's name), ``endpoint`` (URL for OTLP), ``exporters``
            (``otlp``, ``xray``, ``none``), ``daemon_address``, ``service``, ``context_missing``,
            ``sampling_rules`` (JSON, or the path of a file of it).

    Raises:
        ConfigurationError: an argument is unknown or cannot be used.
    """
    unknown = sorted(arguments.keys() - ARGUMENTS.keys())
    if unknown:
        msg = f"configure() has no setting {unknown[0]!r}; it takes {', '.join(ARGUMENTS)}."
        raise ConfigurationError(msg)
    given = {ARGUMENTS[name]: value for name, value in arguments.items()}
    environ = {**settings.environment(), **given}
    decided = Settings.from_environ(environ, settings.fallback())
    _process.given = given
    _start_with(decided)


def decide_again() -> None:
    """Send spans where the settings say now, if that was decided before."""
    if _process.decided is not None:
        _start()


def tell(listener: Listener) -> None:
    """Call *listener* with the settings whenever they are decided, and now if they are."""
    _process.listeners.append(listener)
    if _process.decided is not None:
        listener(_process.decided)


class _Process:
    """
    What was decided for this process.

    Attributes:
        given: variables that `configure` was given.
        decided: the settings, once the first span has been asked for, or `configure` called.
        listeners: hear of them.
    """

    given: Mapping[str, str] = MappingProxyType({})
    decided: Settings | None = None

    def __init__(self) -> None:
        self.listeners: list[Listener] = []


_process = _Process()


def _start() -> bool:
    """Start for code that must not fail."""
    try:
        return _start_with(settings.load(_process.given))
    except ConfigurationError as error:  # an exporter cannot be made of what the settings say
        return _start_with(settings.off(error))


def _start_with(decided: Settings) -> bool:
    from otel_xray import pipeline

    _process.decided = decided
    for listener in _process.listeners:
        listener(decided)
    started = pipeline.start(decided)
    source.start_with(lambda: started)
    return started


source.start_with(_start)
