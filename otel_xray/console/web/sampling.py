"""X-Ray's operations for sampling, at X-Ray's paths; unsigned requests are as good as signed."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from otel_xray.console.receive.sampling_rules import InvalidRequest
from otel_xray.console.web.answers import json_answer
from otel_xray.console.web.sampling_service import SamplingService
from otel_xray.console.web.xray_requests import read, refuse


@dataclass(frozen=True, slots=True)
class SamplingApi:
    """The endpoints over one service."""

    service: SamplingService

    def routes(self) -> list[Route]:
        """Return the routes, with and without a slash at the end."""
        return [
            Route(f"{path}{end}", self.answer, methods=["POST"])
            for path in self.service.paths
            for end in ("", "/")
        ]

    async def answer(self, request: Request) -> Response:
        """Answer one operation."""
        try:
            body = await read(request)
            path = request.url.path.rstrip("/")
            answer = await run_in_threadpool(self.service.answer, path, body)
        except InvalidRequest as error:
            return refuse(error)
        return json_answer(answer)
