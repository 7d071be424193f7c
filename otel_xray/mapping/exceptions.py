"""An exception as the span event that OpenTelemetry's conventions describe."""

from __future__ import annotations

import traceback

from otel_xray.model import keys


def event(
    exception: BaseException, *, remote: bool, stack: str | None = None
) -> dict[str, str | bool]:
    """
    Return the attributes of the ``exception`` event.

    Args:
        exception: with its traceback and its chain.
        remote: it happened on the other side of a call.
        stack: text of the traceback, where it is not simply the exception's own.
    """
    return {
        keys.EXCEPTION_TYPE: type_name(exception),
        keys.EXCEPTION_MESSAGE: _text(exception),
        keys.EXCEPTION_STACKTRACE: stack or "".join(traceback.format_exception(exception)),
        keys.EXCEPTION_REMOTE: remote,
    }


def reference(exception: BaseException, exception_id: str) -> dict[str, str]:
    """Return the event of an exception that an entity further down has recorded in full."""
    return {
        keys.EXCEPTION_TYPE: type_name(exception),
        keys.EXCEPTION_MESSAGE: _text(exception),
        keys.EXCEPTION_ID: exception_id,
    }


def summary(exception: BaseException) -> str:
    """Return one line for the status of a span."""
    return f"{type_name(exception)}: {_text(exception)}"


def type_name(exception: BaseException) -> str:
    """Return the qualified name of the exception's class, bare for a built-in one."""
    kind = type(exception)
    return (
        kind.__qualname__
        if kind.__module__ == "builtins"
        else f"{kind.__module__}.{kind.__qualname__}"
    )


def _text(exception: BaseException) -> str:
    try:
        return str(exception)
    except Exception:  # noqa: BLE001  the user's __str__ may raise anything
        return ""
