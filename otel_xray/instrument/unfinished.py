"""
Bodies that are read after their call has ended, and fail then.

A call's span ends when the call returns. That a connection broke while the application read the
body would be in no trace, so that is a span of its own, below the call's; a body that is read well
is none. The methods that read are intercepted in the class of a body when the first one is seen.
"""

from __future__ import annotations

import inspect
import time
from collections.abc import AsyncGenerator, Callable, Generator, Iterable, Mapping
from contextlib import aclosing
from typing import Any, cast

from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.trace import Span, SpanKind
from opentelemetry.util.types import AttributeValue

from otel_xray.instrument import failures, outgoing
from otel_xray.instrument.interception import Interception
from otel_xray.instrument.shield import Shield
from otel_xray.mapping import exceptions
from otel_xray.spans import starting

_MARK = "_otel_xray_unfinished"

_shield = Shield("recording a body that could not be read")


class Unfinished:
    """
    An answer whose body is still to be read.

    Attributes:
        scope: instrumentation scope of the call.
        name: of the call's span.
        span: of the call.
        attributes: that name what was called.
        since: when the call ended, in nanoseconds since the epoch.
    """

    __slots__ = ("attributes", "name", "scope", "since", "span")

    def __init__(
        self, scope: str, name: str, span: Span, attributes: Mapping[str, AttributeValue]
    ) -> None:
        self.scope = scope
        self.name = name
        self.span = span
        self.attributes = attributes
        self.since = time.time_ns()

    def fail(self, error: BaseException) -> None:
        """Record that the body could not be read; *error* is being handled."""
        span = starting.start(
            outgoing.tracer(self.scope),
            f"{self.name} body",
            context=trace.set_span_in_context(self.span, Context()),
            kind=SpanKind.CLIENT,
            attributes={**self.attributes, failures.ERROR_TYPE: exceptions.type_name(error)},
            start_time=self.since,
        )
        failures.record(span, error, remote=False)
        span.end()


def watch(body: Any, unfinished: Unfinished) -> None:
    """Let a failure to read *body* be a failure of what is *unfinished*."""
    kind = cast("type[Any]", type(body))  # type: ignore[redundant-cast]  # pyright needs it
    _intercept(kind)
    body.__dict__[_MARK] = unfinished


def remove() -> None:
    """Put back the methods that read, until another body is to be watched."""
    _intercepted.clear()
    for _name, _is_meant, interception in _READS:
        interception.remove()


def _intercept(kind: type[Any]) -> None:
    if kind in _intercepted:
        return
    # A class that checks what it reads is on top of one that reads: either can fail.
    for owner in kind.__mro__:
        for name, is_meant, interception in _READS:
            method = vars(owner).get(name)
            if method is not None and is_meant(inspect.unwrap(method)):
                interception.apply(owner)
    _intercepted.add(kind)


def _read(original: Callable[..., Any], body: Any, /, *args: Any, **kwargs: Any) -> Any:
    try:
        return original(body, *args, **kwargs)
    except Exception as error:
        _fail(body, error)
        raise


async def _awaited(original: Callable[..., Any], body: Any, /, *args: Any, **kwargs: Any) -> Any:
    try:
        return await original(body, *args, **kwargs)
    except Exception as error:
        _fail(body, error)
        raise


def _chunks(original: Callable[..., Any], body: Any, /, *args: Any, **kwargs: Any) -> Iterable[Any]:
    found: Iterable[Any] = original(body, *args, **kwargs)
    return _guarded(found, body) if _MARK in body.__dict__ else found


def _events(
    original: Callable[..., Any], body: Any, /, *args: Any, **kwargs: Any
) -> AsyncGenerator[Any, None]:
    found: AsyncGenerator[Any, None] = original(body, *args, **kwargs)
    return _guarded_events(found, body) if _MARK in body.__dict__ else found


def _guarded(found: Iterable[Any], body: Any) -> Generator[Any, None, None]:
    try:
        yield from found
    except Exception as error:
        _fail(body, error)
        raise


async def _guarded_events(found: AsyncGenerator[Any, None], body: Any) -> AsyncGenerator[Any, None]:
    async with aclosing(found):
        try:
            async for event in found:
                yield event
        except Exception as error:
            _fail(body, error)
            raise


def _fail(body: Any, error: BaseException) -> None:
    with _shield:
        unfinished: Unfinished | None = body.__dict__.pop(_MARK, None)
        if unfinished is not None:
            unfinished.fail(error)


def _is_simple(method: Any) -> bool:
    return inspect.isfunction(method) and not inspect.iscoroutinefunction(method)


# What reads a body in botocore, in aiobotocore and in requests.
_READS: tuple[tuple[str, Callable[[Any], bool], Interception], ...] = (
    ("read", _is_simple, Interception("read", _read)),
    ("readinto", _is_simple, Interception("readinto", _read)),
    ("read", inspect.iscoroutinefunction, Interception("read", _awaited)),
    ("__iter__", inspect.isgeneratorfunction, Interception("__iter__", _chunks)),
    ("__anext__", inspect.isasyncgenfunction, Interception("__anext__", _events)),
    ("iter_content", _is_simple, Interception("iter_content", _chunks)),
)
_intercepted: set[type[Any]] = set()
