"""otel-xray: two documents as two spans."""

import json

from otel_xray.segments import to_documents
from otel_xray.segments.decode import to_span_data
from tests.benchmarks.programs.encode.ours import CALL, REQUEST

DOCUMENTS = [json.dumps(one) for span in (REQUEST, CALL) for one in to_documents(span)]


def operation() -> None:
    """Read both."""
    for document in DOCUMENTS:
        to_span_data(json.loads(document))


def flush() -> None:
    """Nothing is sent."""
