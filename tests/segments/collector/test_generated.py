from __future__ import annotations

import json
from itertools import count

import pytest

from otel_xray.segments.encode import EncodeOptions, to_documents
from tests.segments.collector.vocabulary import VARIANTS, spans


@pytest.mark.parametrize("options", VARIANTS.values(), ids=VARIANTS)
def test_every_generated_span_becomes_documents(options: EncodeOptions) -> None:
    """Whatever a span holds, its documents are plain JSON, and there are one or two of them."""
    for span in spans(7, 400):
        documents = to_documents(span, options, count(1).__next__)

        assert len(documents) in (1, 2)
        assert json.loads(json.dumps(documents, allow_nan=False)) == documents
