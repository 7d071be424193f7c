"""The name of a segment or subsegment."""

from __future__ import annotations

from otel_xray.model.span import Kind
from tests.segments.collector.gaps.gap import ABSENT, DEFAULT, Gap
from tests.segments.making import make_span

GAPS = (
    Gap(
        10,
        "Names from attributes keep what X-Ray refuses",
        make_span({"peer.service": "a (b)"}, Kind.CLIENT),
        ("name",),
        "a (b)",
        "a b",
    ),
    Gap(
        11,
        "Span names lose characters that X-Ray takes, and are cut at 200 bytes",
        make_span(name="a\\b"),
        ("name",),
        "ab",
        "a\\b",
    ),
    Gap(
        12,
        "Attributes about others rename a service",
        make_span({"peer.service": "other"}, Kind.SERVER, resource={"service.name": "shop"}),
        ("name",),
        "other",
        "shop",
    ),
    Gap(
        13,
        "Work is named after what it talks about",
        make_span({"db.name": "shop"}, name="load"),
        ("name",),
        "shop",
        "load",
    ),
    Gap(
        14,
        "A consumer's segment is not named after its service",
        make_span(kind=Kind.CONSUMER, name="receive", resource={"service.name": "shop"}),
        ("name",),
        "receive",
        "shop",
    ),
    Gap(
        15,
        "A background job's segment has no name of its own",
        make_span({"aws.local.service": "job"}, parent_id=None),
        ("name",),
        "work",
        "job",
    ),
    Gap(
        16,
        "Newer conventions do not name a call",
        make_span({"server.address": "api.example.com"}, Kind.CLIENT, name="GET"),
        ("name",),
        "GET",
        "api.example.com",
    ),
    Gap(
        17,
        "What gave the name is repeated in metadata",
        make_span({"aws.remote.service": "S3"}, Kind.CLIENT),
        (*DEFAULT, "aws.remote.service"),
        "S3",
        ABSENT,
    ),
)
