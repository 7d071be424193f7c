"""The ASGI application: one table of routes, the same on every port."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.routing import Route
from starlette.types import ASGIApp

from otel_xray.console.store.base import StoreUnavailable, TraceStore
from otel_xray.console.store.sampling import SamplingStore
from otel_xray.console.web.answers import on_crash, on_gone, on_http_error, on_store_error
from otel_xray.console.web.api import Api, Status
from otel_xray.console.web.page import STATIC, StaticPage
from otel_xray.console.web.sampling import SamplingApi
from otel_xray.console.web.sampling_service import SamplingService
from otel_xray.console.web.security import Access, Guard
from otel_xray.model.document import Json


def _silent() -> Mapping[str, Json]:
    return {}


def create_app(
    store: TraceStore,
    sampling: SamplingStore | None = None,
    *,
    access: Access = Access(),  # noqa: B008  immutable
    status: Status = _silent,
    static: Path = STATIC,
) -> ASGIApp:
    """
    Return the application over *store*.

    Args:
        store: not closed by the application.
        sampling: keeps sampling rules, not closed either; None keeps them in memory.
        access: who is let in.
        status: database and addresses for ``/api/status``; asked at each request.
        static: directory of the built page.
    """
    api = Api(store, status)
    page = StaticPage(static)
    sampler = SamplingApi(SamplingService(sampling or SamplingStore()))
    routed = Starlette(
        routes=[
            Route("/", page.index, methods=["GET"]),
            Route("/assets/{path:path}", page.asset, methods=["GET"]),
            Route("/api/status", api.describe, methods=["GET"]),
            Route("/api/traces", api.list_traces, methods=["GET"]),
            Route("/api/traces/{trace}", api.trace, methods=["GET"]),
            Route("/api/traces/{trace}/entities/{entity}", api.entity, methods=["GET"]),
            Route("/api/story", api.story, methods=["GET"]),
            Route("/v1/traces", api.ingest, methods=["POST"]),
            *sampler.routes(),
        ],
        exception_handlers={
            HTTPException: on_http_error,
            StoreUnavailable: on_store_error,
            ClientDisconnect: on_gone,
            Exception: on_crash,
        },
    )
    return Guard(routed, access)
