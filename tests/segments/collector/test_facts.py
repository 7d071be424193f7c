from __future__ import annotations

from itertools import count

import pytest

from otel_xray.segments.encode import to_documents
from tests.segments.collector.facts import aws, cause, documents, http, remainder, stacks
from tests.segments.collector.facts.fact import Fact
from tests.segments.collector.gaps.gap import found
from tests.segments.collector.process import Pipeline
from tests.segments.collector.vocabulary import VARIANTS

FACTS = (
    *documents.FACTS,
    *http.FACTS,
    *aws.FACTS,
    *remainder.FACTS,
    *cause.FACTS,
    *stacks.FACTS,
)


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: fact.says)
def test_each_fact_holds(fact: Fact) -> None:
    """The documents of a fact's span have what the fact says."""
    written = to_documents(fact.span, VARIANTS["plain"], count(1).__next__)

    assert found(written, fact.path) == fact.value


@pytest.mark.slow
def test_the_facts_are_those_of_the_real_collector(collector: dict[str, Pipeline]) -> None:
    """The real collector writes what the facts say."""
    for fact in FACTS:
        assert found(collector["plain"].documents([fact.span]), fact.path) == fact.value, fact.says
