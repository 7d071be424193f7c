from __future__ import annotations

import json
from itertools import count
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from otel_xray.model.span import Kind, LinkData, SpanData, StatusCode
from otel_xray.segments.collector import stacks
from otel_xray.segments.encode import to_documents
from tests.segments.collector.gaps.cause import raised
from tests.segments.collector.pools import ATTRIBUTES, RESOURCE
from tests.segments.collector.traces import ALL
from tests.segments.collector.vocabulary import VARIANTS
from tests.segments.making import make_span, steady

texts = st.text(st.characters())  # also halves of surrogate pairs
values: st.SearchStrategy[Any] = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | texts
    | st.binary()
    | st.sampled_from(["LOCAL_ROOT", "aws-api", "mysql", "aws", '{"a":NaN}', 1 << 70]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=5,
)
lines = st.sampled_from([line for trace in ALL for line in trace.split("\n")]) | texts
traces = st.lists(lines, max_size=12).map("\n".join)


def attributes(known: list[str]) -> st.SearchStrategy[dict[str, Any]]:
    """Return attributes, mostly of *known* keys, of any values."""
    return st.dictionaries(st.sampled_from(known) | texts, values, max_size=12)


spans = st.builds(
    make_span,
    attributes(list(ATTRIBUTES)),
    st.sampled_from(Kind),
    name=texts,
    resource=attributes(list(RESOURCE)),
    status=st.sampled_from(StatusCode),
    status_message=texts,
    parent_id=st.none() | st.just(1),
    events=st.builds(raised, traces),
    links=st.lists(st.builds(LinkData, st.just(1), st.just(0), attributes(["a"])), max_size=1),
)


@steady
@given(spans, st.sampled_from(sorted(VARIANTS)))
def test_no_span_is_too_strange(span: SpanData, variant: str) -> None:
    """Any values give documents that are strict JSON, in UTF-8."""
    documents = to_documents(span, VARIANTS[variant], count(1).__next__)

    assert documents
    text = json.dumps(documents, allow_nan=False, ensure_ascii=False).encode()
    assert json.loads(text) == documents


@steady
@given(traces, st.sampled_from([*stacks.PARSERS, "cobol"]))
def test_no_stack_trace_is_too_strange(trace: str, language: str) -> None:
    """Any lines give at least the exception itself, and frames with all their members."""
    found = stacks.parse(trace, language)

    assert found
    frames = [frame for one in found for frame in one.stack]
    assert all(frame.keys() == {"path", "line", "label"} for frame in frames)
