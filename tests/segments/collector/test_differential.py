from __future__ import annotations

import os
import random
from collections.abc import Sequence

import pytest

from otel_xray.model.span import SpanData
from tests.segments.collector.comparing import ours, smallest, theirs
from tests.segments.collector.process import Pipeline, Stopped
from tests.segments.collector.vocabulary import spans

# OTEL_XRAY_SPANS=1000000 makes a longer run, OTEL_XRAY_SEED=7 another or the same one.
COUNT = int(os.environ.get("OTEL_XRAY_SPANS", "6000"))
SEED = int(os.environ.get("OTEL_XRAY_SEED", "0") or random.randrange(1 << 32))
BATCH = 500


def check(batch: Sequence[SpanData], pipeline: Pipeline, seed: int) -> None:
    """Fail with the smallest span whose documents differ, if there is one."""
    try:
        found = theirs(batch, pipeline)
    except Stopped as error:
        if len(batch) == 1:
            pytest.fail(f"seed {seed}\nspan      {batch[0]}\ncollector {error}")
        for half in (batch[: len(batch) // 2], batch[len(batch) // 2 :]):
            check(half, pipeline, seed)
        raise
    for span, documents in zip(batch, found, strict=True):
        if ours(span, pipeline) == documents:
            continue
        small = smallest(span, lambda one: ours(one, pipeline) != theirs([one], pipeline)[0])
        pytest.fail(
            f"seed {seed}, {pipeline.options}\nspan      {small}\n"
            f"collector {theirs([small], pipeline)[0]}\nours      {ours(small, pipeline)}"
        )


@pytest.mark.slow
@pytest.mark.timeout(0 if COUNT > 100_000 else 300)
def test_documents_equal_those_of_the_real_collector(collector: dict[str, Pipeline]) -> None:
    """Every generated span becomes the documents that the real exporter makes of it."""
    pipelines = list(collector.values())
    waiting: list[SpanData] = []
    for number, span in enumerate(spans(SEED, COUNT), 1):
        waiting.append(span)
        if len(waiting) == BATCH or number == COUNT:
            check(waiting, pipelines[number // BATCH % len(pipelines)], SEED)
            waiting = []
