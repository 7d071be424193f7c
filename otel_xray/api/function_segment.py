"""The segment that is Lambda's own."""

from __future__ import annotations

import logging

from otel_xray.api.entities import Segment

_log = logging.getLogger(__name__)


class FunctionSegment(Segment):
    """The segment that Lambda itself makes for an invocation; it takes nothing from here."""

    def _writable(self, what: str) -> bool:
        if self.sampled:
            _log.warning(
                "%s dropped: Lambda makes the function's own segment; open a subsegment, or "
                "decorate the handler with Tracer.capture_lambda_handler.",
                what.capitalize(),
            )
        return False
