"""All gaps, by number."""

from __future__ import annotations

from tests.segments.collector.gaps import aws, cause, documents, http, naming, remainder

GAPS = (*documents.GAPS, *naming.GAPS, *http.GAPS, *cause.GAPS, *aws.GAPS, *remainder.GAPS)
