"""Traces that SQS messages carry."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

SQS_XRAY_HEADER = "AWSTraceHeader"


class SqsMessageHelper:
    """Reads messages as Lambda hands them over."""

    @staticmethod
    def isSampled(sqs_message: Mapping[str, Any]) -> bool:  # noqa: N802  its name in the SDK
        """
        Say whether the trace of *sqs_message* is recorded.

        Raises:
            KeyError: it is no message: it has no attributes.
        """
        return "Sampled=1" in sqs_message["attributes"].get(SQS_XRAY_HEADER, "")
