"""HTTP calls through httpx."""

from __future__ import annotations

from types import TracebackType
from typing import TYPE_CHECKING, Any

import httpx

from otel_xray.compat import wrapping
from otel_xray.instrument.shield import Shield

from ...core import xray_recorder
from ...core.models import http
from ..util import get_hostname, inject_trace_header

if TYPE_CHECKING:
    from typing_extensions import Self

_shield = Shield("recording a call of httpx")


def patch() -> None:
    """Make a subsegment of each request of the clients that are made from now on."""
    wrapping.wrap(httpx.Client, "__init__", _instrument)
    wrapping.wrap(httpx.AsyncClient, "__init__", _instrument)


def _instrument(wrapped: Any, instance: Any, args: Any, kwargs: Any) -> None:
    wrapped(*args, **kwargs)
    with _shield:
        asynchronous = isinstance(instance, httpx.AsyncClient)
        kind: Any = AsyncInstrumentedTransport if asynchronous else SyncInstrumentedTransport
        has = vars(instance)
        has["_transport"] = kind(has["_transport"])
        # What goes through a proxy, or to a place for which the application has its own transport.
        has["_mounts"] = {
            pattern: None if transport is None else kind(transport)
            for pattern, transport in has["_mounts"].items()
        }


class SyncInstrumentedTransport(httpx.BaseTransport):
    """A transport whose requests are subsegments."""

    def __init__(self, transport: httpx.BaseTransport) -> None:
        self._wrapped_transport = transport

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send *request*."""
        if not wrapping.is_in_use(patch):
            return self._wrapped_transport.handle_request(request)
        with xray_recorder.in_subsegment(_name(request), namespace="remote") as subsegment:
            _begin(request, subsegment)
            response = self._wrapped_transport.handle_request(request)
            _end(response, subsegment)
            return response

    def close(self) -> None:
        """Close the transport."""
        self._wrapped_transport.close()

    def __enter__(self) -> Self:
        self._wrapped_transport.__enter__()
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None = None,
        exc_value: BaseException | None = None,
        traceback: TracebackType | None = None,
    ) -> None:
        self._wrapped_transport.__exit__(exc_type, exc_value, traceback)


class AsyncInstrumentedTransport(httpx.AsyncBaseTransport):
    """An asynchronous transport whose requests are subsegments."""

    def __init__(self, transport: httpx.AsyncBaseTransport) -> None:
        self._wrapped_transport = transport

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send *request*."""
        if not wrapping.is_in_use(patch):
            return await self._wrapped_transport.handle_async_request(request)
        async with xray_recorder.in_subsegment_async(
            _name(request), namespace="remote"
        ) as subsegment:
            _begin(request, subsegment)
            response = await self._wrapped_transport.handle_async_request(request)
            _end(response, subsegment)
            return response

    async def aclose(self) -> None:
        """Close the transport."""
        await self._wrapped_transport.aclose()

    async def __aenter__(self) -> Self:
        await self._wrapped_transport.__aenter__()
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None = None,
        exc_value: BaseException | None = None,
        traceback: TracebackType | None = None,
    ) -> None:
        await self._wrapped_transport.__aexit__(exc_type, exc_value, traceback)


def _name(request: httpx.Request) -> str:
    return str(get_hostname(str(request.url)))


def _begin(request: httpx.Request, subsegment: Any) -> None:
    if subsegment is None:
        return
    with _shield:
        url = request.url.copy_with(password=None, query=None, fragment=None)
        subsegment.put_http_meta(http.METHOD, request.method)
        subsegment.put_http_meta(http.URL, str(url))
        inject_trace_header(request.headers, subsegment)


def _end(response: httpx.Response, subsegment: Any) -> None:
    if subsegment is not None:
        with _shield:
            subsegment.put_http_meta(http.STATUS, response.status_code)
