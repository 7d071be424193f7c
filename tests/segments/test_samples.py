from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from otel_xray.errors import InvalidDocument
from otel_xray.segments.decode import to_span_data
from otel_xray.segments.encode import to_documents
from otel_xray.segments.framing import HEADER, datagrams, parse_datagram, parse_document
from otel_xray.segments.nesting import flatten
from otel_xray.segments.validation import refuse

FOLDER = Path(__file__).parents[3] / "shared" / "data" / "segments"
SAMPLES = sorted(FOLDER.glob("*.txt"))

NOT_SPANS = {"minCauseIsInvalid", "segmentValidationFailed"}  # no cause, no start_time

pytestmark = pytest.mark.skipif(not SAMPLES, reason=f"no recorded documents in {FOLDER}")


def read(sample: Path) -> Any:
    """Return the document of *sample*; the older ones are whole datagrams."""
    data = sample.read_bytes()
    return parse_datagram(data) if b'"format"' in data.partition(b"\n")[0] else parse_document(data)


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.stem)
def test_recorded_documents_survive_the_wire(sample: Path) -> None:
    """Documents that real SDKs sent are read and written without a loss."""
    document = read(sample)

    assert [document] == [parse_datagram(one) for one in datagrams(document)]


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.stem)
def test_recorded_documents_are_flattened_or_refused(sample: Path) -> None:
    """Every subsegment of a document that X-Ray takes becomes one that X-Ray takes."""
    document = read(sample)
    if refuse(document) is None:
        flat = list(flatten(document))

        assert [refuse(one) for one in flat] == [None] * len(flat)
        assert all("subsegments" not in one for one in flat)


def test_a_recorded_document_may_be_damaged() -> None:
    """A document that was cut off is refused with its beginning."""
    data = SAMPLES[0].read_bytes()

    with pytest.raises(InvalidDocument, match="The document is no JSON"):
        parse_datagram(HEADER + data[: len(data) // 2])


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.stem)
def test_recorded_documents_survive_as_spans(sample: Path) -> None:
    """Document → spans → documents gives each document that X-Ray takes, member for member."""
    document = read(sample)
    try:
        spans = to_span_data(document)
    except InvalidDocument:
        assert sample.stem in NOT_SPANS
        return
    made = [one for span in spans for one in to_documents(span)]

    assert refuse(document) is not None or made == list(flatten(document))
    assert [refuse(one) for one in made] == [None] * len(made)
