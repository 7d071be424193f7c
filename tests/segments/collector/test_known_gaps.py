from __future__ import annotations

import re
from contextlib import suppress
from itertools import count
from pathlib import Path

import pytest

from otel_xray.segments.encode import EncodeOptions, to_documents
from tests.segments.collector import process
from tests.segments.collector.gaps.gap import Gap, found
from tests.segments.collector.gaps.table import GAPS
from tests.segments.collector.process import ROOT, Pipeline, Stopped
from tests.segments.making import make_span

REFERENCE = ROOT / "docs" / "reference" / "known-gaps.md"

each_gap = pytest.mark.parametrize("gap", GAPS, ids=lambda gap: f"{gap.number:02d}")


@each_gap
def test_each_gap_is_there(gap: Gap) -> None:
    """The two modes write for the gap's span what the table says."""
    collector, full = (
        to_documents(gap.span, EncodeOptions(**gap.options, compatibility=mode), count(1).__next__)
        for mode in ("collector", "full")
    )

    assert found(collector[0], gap.path) == gap.collector
    assert found(full[0], gap.path) == gap.full


@pytest.mark.slow
@pytest.mark.parametrize("variant", ["plain", "all"])
def test_the_real_collector_has_the_gaps(collector: dict[str, Pipeline], variant: str) -> None:
    """The real collector writes for each gap's span what the table says that it writes."""
    pipeline = collector[variant]
    everything = pipeline.options.index_all_attributes
    asked = [
        gap
        for gap in GAPS
        if not gap.lost and bool(gap.options.get("index_all_attributes")) is everything
    ]
    written = [pipeline.documents([gap.span])[0] for gap in asked]

    assert asked
    for gap, document in zip(asked, written, strict=True):
        assert found(document, gap.path) == gap.collector, gap.title


@pytest.mark.slow
@pytest.mark.parametrize("gap", [gap for gap in GAPS if gap.lost], ids=lambda gap: gap.title)
def test_the_real_collector_loses_a_span(gap: Gap, collector: dict[str, Pipeline]) -> None:
    """For a span on which the exporter's code fails there is no document, or no answer."""
    pipeline = collector["plain"]
    try:
        written = pipeline.documents([gap.span])
    except Stopped:
        written = []

    assert written == []
    assert pipeline.documents([make_span()])


@pytest.mark.slow
@pytest.mark.parametrize("gap", [gap for gap in GAPS if "end the collector" in gap.title])
def test_behind_a_batch_processor_the_real_collector_ends(
    gap: Gap, binary: str, tmp_path: Path
) -> None:
    """A span on which the exporter's code fails ends a collector that batches."""
    variants = {"plain": EncodeOptions()}
    with process.collector(binary, variants, tmp_path, batch=True) as pipelines:
        with suppress(Stopped):
            pipelines["plain"].documents([gap.span])

        assert pipelines["plain"].process.wait(20) == 2


def test_the_reference_has_every_gap() -> None:
    """The reference describes the gaps of the table, under their numbers and titles."""
    described = re.findall(r"^## (\d+)\. (.+)$", REFERENCE.read_text("utf-8"), re.MULTILINE)

    assert described == [(str(gap.number), gap.title) for gap in GAPS]
    assert [gap.number for gap in GAPS] == list(range(1, len(GAPS) + 1))
