"""The sql section, user, annotations and metadata."""

from __future__ import annotations

from tests.segments.collector.facts.fact import Fact
from tests.segments.making import make_span

SQL = {"db.system": "mysql", "db.name": "shop", "db.user": "u", "db.statement": "SELECT 1"}
FACTS = (
    Fact(
        "a query has its statement",
        make_span(SQL, name="q"),
        (0, "sql"),
        {
            "url": "q",
            "connection_string": "localhost/shop",
            "database_type": "mysql",
            "user": "u",
            "sanitized_query": "SELECT 1",
        },
    ),
    Fact(
        "another database's attributes are metadata",
        make_span({"db.system": "redis"}),
        (0, "metadata", "default"),
        {"db.system": "redis"},
    ),
    Fact("a user is known", make_span({"enduser.id": "ann"}), (0, "user"), "ann"),
    Fact(
        "keys of annotations keep dots",
        make_span({"a.b-c": 1, "aws.xray.annotations": ["a.b-c", 5]}),
        (0, "annotations"),
        {"a.b_c": 1},
    ),
    Fact(
        "a resource may be annotated",
        make_span(
            {"aws.xray.annotations": ["otel.resource.a"]},
            parent_id=None,
            resource={"a": "b", "list": ["x"], "none": None},
        ),
        (0, "annotations"),
        {"otel.resource.a": "b"},
    ),
    Fact(
        "bytes are written in base64",
        make_span({"a": b"\x01"}),
        (0, "metadata", "default"),
        {"a": "AQ=="},
    ),
    Fact(
        "the default namespace may be written in any case",
        make_span({"aws.xray.metadata.DeFault": '{"a": 1}'}),
        (0, "metadata"),
        {"default": {"a": 1}},
    ),
    Fact(
        "half a surrogate pair is replaced",
        make_span({"aws.xray.metadata.n": '{"a": "\\ud83d"}'}),
        (0, "metadata", "n"),
        {"a": "\ufffd"},
    ),
    *(
        Fact(
            f"{text} is no namespace",
            make_span({"aws.xray.metadata.n": text}),
            (0, "metadata", "default", "aws.xray.metadata.n"),
            text,
        )
        for text in ("[1]", "5", "no", '{"a": NaN}', '{"a": 1e999}', '{"a": 1} x')
    ),
)
