"""OpenTelemetry spans as segment documents."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast

from opentelemetry.sdk.trace import ReadableSpan

from otel_xray.segments.encode import EncodeOptions, to_documents
from otel_xray.spans.readable import to_span_data


def from_span(
    span: ReadableSpan,
    *,
    indexed_attributes: Iterable[str] = (),
    index_all_attributes: bool = False,
    log_groups: Iterable[str] = (),
) -> list[dict[str, Any]]:
    """
    Return *span* as X-Ray segment documents: one, or two for a call that nobody asked for.

    Args:
        span: ended or still open; an open one gives a document that is ``in_progress``.
        indexed_attributes: keys of attributes that become annotations, beside those that the span
            lists in ``aws.xray.annotations``; of resource attributes with ``otel.resource.``
            before them.
        index_all_attributes: every attribute without a place of its own becomes an annotation.
        log_groups: names of CloudWatch log groups, when the resource names none.

    Raises:
        ValueError: *span* has no span context.
    """
    options = EncodeOptions(tuple(indexed_attributes), index_all_attributes, tuple(log_groups))
    return cast("list[dict[str, Any]]", to_documents(to_span_data(span), options))
