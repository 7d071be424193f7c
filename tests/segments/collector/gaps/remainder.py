"""Annotations, metadata and user."""

from __future__ import annotations

import math

from tests.segments.collector.gaps.gap import ABSENT, DEFAULT, Gap
from tests.segments.making import make_span

GAPS = (
    Gap(
        48,
        "A list that is listed as an annotation is lost",
        make_span({"items": ["a"], "aws.xray.annotations": ["items"]}),
        (*DEFAULT, "items"),
        ABSENT,
        ["a"],
    ),
    Gap(
        49,
        "A span cannot annotate what a section shows",
        make_span({"http.method": "GET", "aws.xray.annotations": ["http.method"]}),
        ("annotations", "http.method"),
        ABSENT,
        "GET",
    ),
    Gap(
        50,
        "Indexing everything turns metadata into annotations",
        make_span({"aws.xray.metadata.ns": '{"a": 1}'}),
        ("metadata", "ns"),
        ABSENT,
        {"a": 1},
        options={"index_all_attributes": True},
    ),
    Gap(
        51,
        "Long annotations are left to X-Ray to drop",
        make_span({"k": "x" * 1_001, "aws.xray.annotations": ["k"]}),
        ("annotations", "k"),
        "x" * 1_001,
        "x" * 1_000,
    ),
    Gap(
        52,
        "Large integers in metadata are rounded",
        make_span({"aws.xray.metadata.ns": '{"a": 9007199254740993}'}),
        ("metadata", "ns", "a"),
        9_007_199_254_740_992,
        9_007_199_254_740_993,
    ),
    Gap(
        53,
        "A namespace of metadata can be null",
        make_span({"aws.xray.metadata.ns": "null"}),
        ("metadata", "ns"),
        None,
        ABSENT,
    ),
    Gap(
        54,
        "A namespace of metadata can be without a name",
        make_span({"aws.xray.metadata.": '{"a": 1}'}),
        ("metadata", ""),
        {"a": 1},
        ABSENT,
    ),
    Gap(
        55,
        "Values of an unexpected type are lost",
        make_span({"enduser.id": 5}),
        ("user",),
        ABSENT,
        "5",
    ),
    Gap(
        56,
        "Empty texts vanish",
        make_span({"aws.region": ""}),
        (*DEFAULT, "aws.region"),
        ABSENT,
        "",
    ),
    Gap(
        57,
        "Attributes without a value vanish",
        make_span({"a": None}),
        (*DEFAULT,),
        ABSENT,
        {"a": None},
    ),
    Gap(
        58,
        "A span with a number that JSON has not is lost",
        make_span({"price": math.nan}),
        (*DEFAULT, "price"),
        "NaN",
        "NaN",
        lost=True,
    ),
)
