"""Spans to X-Ray itself, as segment documents in calls of ``PutTraceSegments``."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple, TypeAlias

from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult

from otel_xray.errors import TransportError
from otel_xray.exporters.aws import Account, untraced
from otel_xray.exporters.delivery import Delivery
from otel_xray.exporters.segment_documents import SegmentDocuments
from otel_xray.model.limits import DOCUMENTS_PER_CALL
from otel_xray.segments.framing import bodies
from otel_xray.transport.http import RETRYABLE, SOON

Bodies: TypeAlias = Sequence[bytes]

REMEDY = "Check the region, the credentials, and that they may call xray:PutTraceSegments."
TIMEOUT = 10.0

_BUSY = frozenset({*RETRYABLE, 500})
_THROTTLED = ("Throttl", "TooManyRequests", "RequestLimitExceeded")
# How the codes begin that say that the document itself is wrong; all others may pass.
_FINAL = ("InProgress", "Invalid", "Missing", "ParseError", "Unknown")
_REASON_LENGTH = 200


class Unprocessed(NamedTuple):
    """
    What X-Ray says of a document that it did not take.

    Attributes:
        id: of the document; empty where it could not be read.
    """

    id: str
    code: str
    message: str

    def __str__(self) -> str:
        """Return one line."""
        said = f"{self.id or 'a document without an id'}: {self.code}, {self.message}"
        return "".join(filter(str.isprintable, said))[:_REASON_LENGTH]

    @property
    def is_final(self) -> bool:
        """Whether sending it again is of no use."""
        return self.code.startswith(_FINAL)


Answer: TypeAlias = "list[Unprocessed]"


class XRayApiExporter(SpanExporter):
    """Sends spans as documents, at most 50 a call; what X-Ray did not take is tried once more."""

    def __init__(self, delivery: Delivery[Bodies, Answer]) -> None:
        self._delivery = delivery
        self._documents = SegmentDocuments(bodies)

    @classmethod
    def to(cls, account: Account) -> XRayApiExporter:
        """Return an exporter to the X-Ray of *account*."""
        return cls(Delivery(PutTraceSegments(account), REMEDY, TIMEOUT))

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        """Send *spans*; a failure is reported and never raised."""
        deadline = self._delivery.deadline()
        documents = self._documents.messages(spans)
        starts = range(0, len(documents), DOCUMENTS_PER_CALL)
        calls = (documents[start : start + DOCUMENTS_PER_CALL] for start in starts)
        taken = [self._put(call, deadline) for call in calls]
        return SpanExportResult.SUCCESS if all(taken) else SpanExportResult.FAILURE

    def shutdown(self) -> None:
        """Close the connections."""
        self._delivery.close()

    def _put(self, documents: Bodies, deadline: float) -> bool:
        refused = self._call(documents, deadline)
        if not refused:
            return refused is not None
        by_id = {_read(document).get("id"): document for document in documents}
        again = [by_id[one.id] for one in refused if not one.is_final and one.id in by_id]
        final = [one for one in refused if one.is_final or one.id not in by_id]
        refused_again = self._call(again, deadline) if again else []
        for one in (*final, *(refused_again or ())):
            self._delivery.lose(_spans(by_id.get(one.id, b"")), str(one))
        return not final and refused_again == []

    def _call(self, documents: Bodies, deadline: float) -> Answer | None:
        """Return what was not taken; None when nothing was, which has been reported."""
        return self._delivery.deliver(documents, sum(map(_spans, documents)), deadline)


class PutTraceSegments:
    """X-Ray's API as a transport, by botocore."""

    def __init__(self, account: Account) -> None:
        self._account = account
        self._client: Any = None
        self._owner = 0

    def send(self, payload: Bodies, timeout: float) -> Answer:
        """Call the API with the documents in *payload*."""
        documents = [document.decode() for document in payload]
        try:
            with untraced():
                client = self._opened(timeout)
                answer = client.put_trace_segments(TraceSegmentDocuments=documents)
        except Exception as error:
            raise _failure(error) from error
        return list(_unprocessed(answer.get("UnprocessedTraceSegments") or ()))

    def close(self) -> None:
        """Close the connections; the next call opens others."""
        client, self._client = self._client, None
        if client is not None:
            client.close()

    def _opened(self, timeout: float) -> Any:
        if self._owner != os.getpid():  # connections are the parent's
            self._client, self._owner = None, os.getpid()
        if self._client is None:
            self._client = self._account.client(timeout)
        return self._client


def _unprocessed(answer: Iterable[Mapping[str, Any]]) -> Iterable[Unprocessed]:
    for one in answer:
        yield Unprocessed(*(str(one.get(name) or "") for name in ("Id", "ErrorCode", "Message")))


def _failure(error: Exception) -> TransportError:
    """Return what *error* of botocore, or of what it calls, means."""
    from botocore.exceptions import ClientError, ConnectionError, HTTPClientError  # noqa: A004

    if isinstance(error, ClientError):
        response: Mapping[str, Any] = error.response
        said, facts = response.get("Error", {}), response.get("ResponseMetadata", {})
        code = str(said.get("Code", ""))
        busy = facts.get("HTTPStatusCode") in _BUSY or any(map(code.__contains__, _THROTTLED))
        msg = f"X-Ray answered {code} ({said.get('Message', '')})"
        return TransportError(msg, retry_after=_wait(facts) if busy else None)
    again = SOON if isinstance(error, (ConnectionError, HTTPClientError)) else None
    return TransportError(f"X-Ray was not reached ({error})", retry_after=again)


def _wait(facts: Mapping[str, Any]) -> float:
    """Return the seconds that the answer asks for."""
    stated = str(facts.get("HTTPHeaders", {}).get("retry-after", ""))
    return float(stated) if stated.isascii() and stated.isdigit() else SOON


def _read(document: bytes) -> Mapping[str, Any]:
    return json.loads(document)  # type: ignore[no-any-return]  # we wrote it


def _spans(document: bytes) -> int:
    """Return how many spans *document* holds, counted by the member that each must have."""
    return max(1, document.count(b'"start_time":'))
