"""Which documents a span becomes, and what they are called."""

from __future__ import annotations

from otel_xray.model.span import Kind, LinkData, SpanData
from tests.segments.collector.facts.fact import Fact
from tests.segments.collector.gaps.gap import ABSENT, AWS_CALL
from tests.segments.making import PARENT_ID, TRACE_ID, make_span

LOCAL_ROOT = {"aws.span.kind": "LOCAL_ROOT"}
ROOT_CALL = make_span(
    {
        **LOCAL_ROOT,
        **AWS_CALL,
        "aws.remote.service": "AWS::SQS",
        "aws.operation": "SendMessage",
        "http.method": "POST",
        "order": "o-1",
    },
    Kind.CLIENT,
    parent_id=None,
    resource={"service.name": "shop"},
    links=[LinkData(TRACE_ID, PARENT_ID, {"why": None, "bytes": b"\x01"})],
)


def database(connection: str) -> SpanData:
    """Return a query of a database at *connection*."""
    return make_span({"db.name": "shop", "db.connection_string": connection}, Kind.CLIENT)


FACTS = (
    Fact("a server's span is a segment", make_span(kind=Kind.SERVER), (0, "type"), ABSENT),
    Fact("it names its parent", make_span(kind=Kind.SERVER), (0, "parent_id"), "0102030405060708"),
    Fact("a span with a parent is a subsegment", make_span(), (0, "type"), "subsegment"),
    Fact("without one a segment", make_span(parent_id=None), (0, "type"), ABSENT),
    Fact(
        "an ended document is not in progress",
        make_span({"aws.xray.inprogress": False}),
        (0, "metadata"),
        ABSENT,
    ),
    Fact(
        "an open one has no end",
        make_span({"aws.xray.inprogress": True}),
        (0, "end_time"),
        ABSENT,
    ),
    Fact("a local root's call comes first", ROOT_CALL, (0, "type"), "subsegment"),
    Fact("named after the service that is called", ROOT_CALL, (0, "name"), "SQS"),
    Fact("in the namespace of AWS", ROOT_CALL, (0, "namespace"), "aws"),
    Fact("with what is called", ROOT_CALL, (0, "aws", "operation"), "SendMessage"),
    Fact("its links belong to the segment of a consumer only", ROOT_CALL, (1, "links"), ABSENT),
    Fact(
        "values of links are written as they are",
        ROOT_CALL,
        (0, "links", 0, "attributes"),
        {"why": None, "bytes": "AQ=="},
    ),
    Fact("then the segment of the caller", ROOT_CALL, (1, "name"), "shop"),
    Fact("without what describes the call", ROOT_CALL, (1, "aws", "operation"), ABSENT),
    Fact("without its request", ROOT_CALL, (1, "http"), ABSENT),
    Fact(
        "with the metadata of the resource only",
        ROOT_CALL,
        (1, "metadata"),
        {"default": {"otel.resource.service.name": "shop"}},
    ),
    Fact(
        "a local root's segment is named by aws.local.service first",
        make_span({**LOCAL_ROOT, "aws.local.service": "own"}, Kind.PRODUCER),
        (1, "name"),
        "own",
    ),
    Fact(
        "an empty name of a called service is no name",
        make_span({**LOCAL_ROOT, "aws.remote.service": ""}, Kind.PRODUCER),
        (0, "name"),
        None,
    ),
    Fact(
        "a consumer's links belong to its segment",
        make_span(LOCAL_ROOT, Kind.CONSUMER, links=[LinkData(TRACE_ID, 0)]),
        (1, "links", 0, "id"),
        "",
    ),
    Fact(
        "a local root inside a process keeps its own name",
        make_span({**LOCAL_ROOT, "aws.local.service": "own"}),
        (0, "name"),
        "own",
    ),
    Fact(
        "aws.service names what nothing else names",
        make_span({"aws.service": "S3"}, Kind.CLIENT),
        (0, "namespace"),
        "aws",
    ),
    Fact(
        "other systems keep the prefix of AWS",
        make_span({"aws.remote.service": "AWS.SDK.S3"}, Kind.CLIENT),
        (0, "name"),
        "AWS.SDK.S3",
    ),
    Fact(
        "the host of a database follows its name",
        database("jdbc:mysql://u:pa%20ss@Db.example.com:3306/x"),
        (0, "name"),
        "shop@Db.example.com",
    ),
    Fact(
        "it may be an address", database("http://[2001:db8::1]:1/"), (0, "name"), "shop@2001:db8::1"
    ),
    Fact("it may be escaped", database("http://%C3%A9.example/"), (0, "name"), "shop@é.example"),
    Fact("colons may be left over", database("http://::1/"), (0, "name"), "shop@:"),
    Fact("a port must be a number", database("http://h:port/"), (0, "name"), "shop"),
    Fact("a host has no blanks", database("http://a b/"), (0, "name"), "shop"),
    Fact("a user has no brackets", database("http://[u]@h/"), (0, "name"), "shop"),
    Fact("escapes are two digits", database("http://h/%zz"), (0, "name"), "shop"),
    Fact("a URL has no control characters", database("http://h\x00/"), (0, "name"), "shop"),
    Fact("it has an authority", database("Server=db;Port=1"), (0, "name"), "shop"),
    Fact(
        "a name may be nothing but refused characters", make_span(name="(*)"), (0, "name"), "span"
    ),
    Fact(
        "a name is cut at 200 bytes, inside a character",
        make_span(name="x" * 199 + "é"),
        (0, "name"),
        "x" * 199 + "\ufffd",
    ),
)
