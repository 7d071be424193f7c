"""HTTP calls through aiohttp's client."""

# ruff: noqa: ARG001  the arguments of aiohttp's signals

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import aiohttp

from otel_xray.instrument.shield import Shield

from ...core import xray_recorder as xray_recorder
from ...core.models import http
from ...core.utils import stacktrace
from ..util import get_hostname as get_hostname
from ..util import inject_trace_header as inject_trace_header
from ..util import strip_url as strip_url

REMOTE_NAMESPACE = "remote"
LOCAL_NAMESPACE = "local"
# Failures before anybody remote has heard of the call.
LOCAL_EXCEPTIONS = (aiohttp.ClientConnectionError, OSError)

_shield = Shield("recording a call of aiohttp")


def aws_xray_trace_config(name: str | None = None) -> aiohttp.TraceConfig:
    """
    Return what makes the requests of a session subsegments: ``ClientSession(trace_configs=[…])``.

    Args:
        name: of the subsegments; by default the host of each request.
    """

    def context(trace_request_ctx: Any = None) -> SimpleNamespace:
        return SimpleNamespace(name=name, trace_request_ctx=trace_request_ctx)

    # The type that aiohttp asks for is a class; it takes what makes a context.
    config = aiohttp.TraceConfig(trace_config_ctx_factory=context)  # type: ignore[arg-type]
    config.on_request_start.append(begin_subsegment)
    config.on_request_end.append(end_subsegment)
    config.on_request_exception.append(end_subsegment_with_exception)
    return config


async def begin_subsegment(session: Any, trace_config_ctx: Any, params: Any) -> None:
    """
    Begin the subsegment of a request, if there is a segment.

    Args:
        session: of the client.
        trace_config_ctx: of the request.
        params: what it begins with.
    """
    name = trace_config_ctx.name or get_hostname(str(params.url))
    subsegment = xray_recorder.begin_subsegment(name, REMOTE_NAMESPACE)
    trace_config_ctx.give_up = not subsegment
    if subsegment:
        with _shield:
            subsegment.put_http_meta(http.METHOD, params.method)
            subsegment.put_http_meta(http.URL, strip_url(params.url.human_repr()))
            inject_trace_header(params.headers, subsegment)


async def end_subsegment(session: Any, trace_config_ctx: Any, params: Any) -> None:
    """
    End the subsegment of a request with its response.

    Args:
        session: of the client.
        trace_config_ctx: of the request.
        params: what it ends with.
    """
    if trace_config_ctx.give_up:
        return
    with _shield:
        subsegment = xray_recorder.current_subsegment()
        subsegment.put_http_meta(http.STATUS, params.response.status)
    xray_recorder.end_subsegment()


async def end_subsegment_with_exception(session: Any, trace_config_ctx: Any, params: Any) -> None:
    """
    End the subsegment of a request that has failed.

    Args:
        session: of the client.
        trace_config_ctx: of the request.
        params: what it ends with.
    """
    if trace_config_ctx.give_up:
        return
    with _shield:
        subsegment = xray_recorder.current_subsegment()
        stack = stacktrace.get_stacktrace(limit=xray_recorder.max_trace_back)
        subsegment.add_exception(params.exception, stack)
        if isinstance(params.exception, LOCAL_EXCEPTIONS):
            subsegment.namespace = LOCAL_NAMESPACE
    xray_recorder.end_subsegment()
