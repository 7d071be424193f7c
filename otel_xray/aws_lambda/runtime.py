"""
What the runtime does before and after the handler, seen from inside the process.

Lambda's runtime client for Python asks for an invocation, hands it to the handler, posts the
answer, and asks again. Between the answer and the next question nobody waits any more, and the
environment is not frozen yet: the one time at which spans can leave without delaying anybody.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any, Protocol

from otel_xray.instrument.interception import Interception
from otel_xray.instrument.shield import Shield

MODULE = "awslambdaric.lambda_runtime_client"
# The second is what versions before managed instances had.
CLASSES = ("BaseLambdaRuntimeClient", "LambdaRuntimeClient")

_shield = Shield("following the runtime")


class Listener(Protocol):
    """Hears what the runtime does."""

    def waiting(self) -> None:
        """It is about to ask for an invocation; it may be frozen in that."""
        ...

    def received(self) -> None:
        """It has got one."""
        ...

    def answered(self, *, failed: bool) -> None:
        """It has posted the answer: what the handler returned, or that it *failed*."""
        ...


def follow(listener: Listener) -> bool:
    """
    Tell *listener* from now on; False when this is not a runtime that can be followed.

    Calling it again replaces the listener.
    """
    module = sys.modules.get(MODULE)
    found = next((vars(module)[name] for name in CLASSES if module and name in vars(module)), None)
    if found is None or not all(hasattr(found, name) for name in _interceptions):
        return False
    _listeners[:] = [listener]
    for interception in _interceptions.values():
        interception.apply(found)
    return True


def leave() -> None:
    """Follow the runtime no more."""
    _listeners.clear()
    for interception in _interceptions.values():
        interception.remove()


_listeners: list[Listener] = []


def _tell(happening: Callable[[Listener], None]) -> None:
    for listener in _listeners:
        with _shield:
            happening(listener)


def _next(original: Callable[..., Any], client: Any, /, *args: Any, **kwargs: Any) -> Any:
    _tell(lambda listener: listener.waiting())
    request = original(client, *args, **kwargs)
    _tell(lambda listener: listener.received())
    return request


def _answer(original: Callable[..., Any], client: Any, /, *args: Any, **kwargs: Any) -> Any:
    try:
        return original(client, *args, **kwargs)
    finally:
        _tell(lambda listener: listener.answered(failed=False))


def _error(original: Callable[..., Any], client: Any, /, *args: Any, **kwargs: Any) -> Any:
    try:
        return original(client, *args, **kwargs)
    finally:
        _tell(lambda listener: listener.answered(failed=True))


_interceptions = {
    "wait_next_invocation": Interception("wait_next_invocation", _next),
    "post_invocation_result": Interception("post_invocation_result", _answer),
    "post_invocation_error": Interception("post_invocation_error", _error),
}
