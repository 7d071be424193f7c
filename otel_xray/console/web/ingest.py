"""``POST /v1/traces``: OTLP/HTTP in both encodings; the answer comes after COMMIT."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeVar

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from otel_xray.console.receive import otlp, otlp_json
from otel_xray.console.receive.bodies import ENCODED_BYTES, BodyTooLarge, gunzip
from otel_xray.console.receive.spans import Delivery, ReceivedSpan, RefusedSpan, deliver
from otel_xray.console.store.base import TraceStore
from otel_xray.console.web.answers import JSON
from otel_xray.errors import InvalidDocument

Choice = TypeVar("Choice")

PROTOBUF = "application/x-protobuf"


@dataclass(frozen=True, slots=True)
class Encoding:
    """How a request of one content type is read and answered."""

    media: str
    decode: Callable[[bytes], Iterator[ReceivedSpan | RefusedSpan]]
    answer: Callable[[int, str], bytes]


ENCODINGS: Mapping[str, Encoding] = {
    encoding.media: encoding
    for encoding in (
        Encoding(PROTOBUF, otlp.decode, otlp.answer),
        Encoding(JSON, otlp_json.decode, otlp_json.answer),
    )
}

_DECOMPRESS: Mapping[str, Callable[[bytes], bytes]] = {
    "": bytes,
    "identity": bytes,
    "gzip": gunzip,
}


async def traces(request: Request, store: TraceStore) -> Response:
    """Store the spans of a request, and answer when they are safe."""
    encoding = _choose(ENCODINGS, _media(request), "Content-Type")
    coding = request.headers.get("content-encoding", "").strip().lower()
    decompress = _choose(_DECOMPRESS, coding, "Content-Encoding")
    body = await _body(request)
    try:
        delivery = await run_in_threadpool(_read, body, decompress, encoding)
    except BodyTooLarge as error:
        raise HTTPException(413, str(error)) from error
    except InvalidDocument as error:
        raise HTTPException(400, str(error)) from error
    if delivery.entities:
        await asyncio.wrap_future(store.put(delivery.entities))
    return Response(encoding.answer(delivery.refused, delivery.reason), media_type=encoding.media)


def _read(body: bytes, decompress: Callable[[bytes], bytes], encoding: Encoding) -> Delivery:
    return deliver(encoding.decode(decompress(body)))


def _media(request: Request) -> str:
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


def _choose(table: Mapping[str, Choice], key: str, header: str) -> Choice:
    if key not in table:
        known = " or ".join(filter(None, table))
        raise HTTPException(415, f"{header} is {key!r:.80}; send {known}.")
    return table[key]


async def _body(request: Request) -> bytes:
    """Read the body as it was sent, and stop reading at the limit."""
    parts: list[bytes] = []
    size = 0
    async for part in request.stream():
        size += len(part)
        if size > ENCODED_BYTES:
            msg = f"The body exceeds {ENCODED_BYTES} bytes; send smaller batches."
            raise HTTPException(413, msg)
        parts.append(part)
    return b"".join(parts)
