"""What the page reads: ``/api/…`` (JSON; the shapes are those of the query package)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from otel_xray.console.query import story, summaries
from otel_xray.console.query.timeline import timeline
from otel_xray.console.receive import originals
from otel_xray.console.store.base import Cursor, TraceStore
from otel_xray.console.web.answers import json_answer, text_answer
from otel_xray.console.web.ingest import traces as ingest
from otel_xray.errors import ConfigurationError, InvalidTraceId
from otel_xray.model.document import Json
from otel_xray.model.ids import SpanId, TraceId, parse_span_id, parse_trace_id
from otel_xray.version import __version__

DEFAULT_LIMIT = 50
MOST = 500

Status = Callable[[], Mapping[str, Json]]


@dataclass(frozen=True, slots=True)
class Api:
    """
    The endpoints over one store.

    Attributes:
        status: what else ``/api/status`` says: database and addresses.
    """

    store: TraceStore
    status: Status

    def list_traces(self, request: Request) -> Response:
        """Answer ``GET /api/traces``; 304 while nothing has changed."""
        limit, before = _limit(request), _before(request)
        if request.headers.get("if-none-match") == _tag(self.store.state().revision):
            return Response(status_code=304, headers={"ETag": request.headers["if-none-match"]})
        page = self.store.newest(limit, before)
        return json_answer(summaries.page(page), headers={"ETag": _tag(page.state.revision)})

    def trace(self, request: Request) -> Response:
        """Answer ``GET /api/traces/{id}``."""
        trace_id = _trace_id(request)
        found = self.store.trace(trace_id)
        if found is None:
            raise HTTPException(404, _unknown(request))
        return json_answer(timeline(found))

    def story(self, request: Request) -> Response:
        """Answer ``GET /api/story?pair=orderId=71032``; each ``pair`` narrows it."""
        try:
            asked = story.wanted(request.query_params.getlist("pair"))
        except ConfigurationError as error:
            raise HTTPException(400, str(error)) from error
        return json_answer(story.story(asked, self.store.correlated(asked, _limit(request))))

    def entity(self, request: Request) -> Response:
        """Answer ``GET /api/traces/{id}/entities/{entity}``."""
        found = self.store.document(_trace_id(request), _entity_id(request))
        if found is None:
            raise HTTPException(404, _unknown(request))
        received = originals.to_json(found.original, found.body)
        return text_answer(f'{{"document":{found.body},"received":{received}}}')

    def describe(self, request: Request) -> Response:  # noqa: ARG002  Starlette's signature
        """Answer ``GET /api/status``."""
        state = self.store.state()
        counts = {
            "revision": state.revision,
            "traces": state.traces,
            "entities": state.entities,
        }
        return json_answer({"version": __version__, **counts, **self.status()})

    async def ingest(self, request: Request) -> Response:
        """Answer ``POST /v1/traces``."""
        return await ingest(request, self.store)


def _tag(revision: int) -> str:
    return f'"{revision}"'


def _limit(request: Request) -> int:
    text = request.query_params.get("limit", str(DEFAULT_LIMIT))
    # as many digits as MOST has: int() must not be given a megabyte of them
    if not text.isascii() or not text.isdigit() or len(text) > len(str(MOST)):
        raise HTTPException(400, _bad_limit(text))
    if not 1 <= int(text) <= MOST:
        raise HTTPException(400, _bad_limit(text))
    return int(text)


def _bad_limit(text: str) -> str:
    return f"limit is {text!r:.80}; write a number from 1 to {MOST}."


def _before(request: Request) -> Cursor | None:
    text = request.query_params.get("before")
    if not text:
        return None
    cursor = summaries.parse_cursor(text)
    if cursor is None:
        raise HTTPException(400, f"before is {text!r:.80}; write the next of an earlier answer.")
    return cursor


def _trace_id(request: Request) -> TraceId:
    try:
        return parse_trace_id(request.path_params["trace"])
    except InvalidTraceId as error:
        raise HTTPException(400, str(error)) from error


def _entity_id(request: Request) -> SpanId:
    text = request.path_params["entity"]
    entity_id = parse_span_id(text)
    if entity_id is None:
        raise HTTPException(400, f"{text!r:.80} is not an id; write 16 hex digits, not all zero.")
    return entity_id


def _unknown(request: Request) -> str:
    return f"{request.url.path!r:.200} was not received, or not yet."
