"""Spans as the segment documents that they stand for, children inside their parents."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence

from opentelemetry.sdk.trace import ReadableSpan

from otel_xray.errors import InvalidDocument
from otel_xray.model.document import Document
from otel_xray.segments.document_span import DocumentSpan
from otel_xray.segments.encode import EncodeOptions, to_documents
from otel_xray.segments.nesting import nest
from otel_xray.spans.readable import to_span_data

_log = logging.getLogger(__name__)


class SegmentDocuments:
    """Makes documents of spans, and messages of documents."""

    def __init__(
        self, frame: Callable[[Document], list[bytes]], options: EncodeOptions | None = None
    ) -> None:
        """
        Prepare.

        Args:
            frame: the messages that carry one document.
            options: of the translation.
        """
        self._frame = frame
        self._options = options or EncodeOptions()
        self._as_they_are = self._options == EncodeOptions()

    def messages(self, spans: Sequence[ReadableSpan]) -> list[bytes]:
        """Return the messages that carry *spans*; one that has no form is reported and left out."""
        held = [document for span in spans for document in self._documents(span)]
        try:
            return [message for document in nest(held) for message in self._frame(document)]
        except InvalidDocument:  # what X-Ray code has put on an entity is no JSON, or too large
            translated = [document for span in spans for document in self._translated(span)]
            return [part for document in nest(translated) for part in self._framed(document)]

    def _documents(self, span: ReadableSpan) -> list[Document]:
        """Return the documents of *span*, as they are where it holds its own."""
        if self._as_they_are and type(span) is DocumentSpan:
            held = span.segment_document()
            if held is not None:
                return [held]
        return self._translated(span)

    def _translated(self, span: ReadableSpan) -> list[Document]:
        """Return the documents of *span*, made of its attributes."""
        try:
            return to_documents(to_span_data(span), self._options)
        except InvalidDocument as error:
            _log.warning("A span was not sent: %s", error)
            return []

    def _framed(self, document: Document) -> list[bytes]:
        try:
            return self._frame(document)
        except InvalidDocument as error:
            _log.warning("A span was not sent: %s", error)
            return []
