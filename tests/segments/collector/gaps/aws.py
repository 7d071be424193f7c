"""The aws and sql sections."""

from __future__ import annotations

from otel_xray.model.span import Kind
from tests.segments.collector.gaps.gap import ABSENT, AWS_CALL, DEFAULT, Gap
from tests.segments.making import make_span

GAPS = (
    Gap(
        37,
        "Newer conventions do not make a call one of AWS",
        make_span({"rpc.system.name": "aws-api"}, Kind.CLIENT),
        ("namespace",),
        "remote",
        "aws",
    ),
    Gap(
        38,
        "A call of AWS from another cloud is not described",
        make_span(
            {**AWS_CALL, "aws.operation": "PutItem"},
            Kind.CLIENT,
            resource={"cloud.provider": "azure"},
        ),
        ("aws", "operation"),
        ABSENT,
        "PutItem",
    ),
    Gap(
        39,
        "Any method of RPC is an operation of AWS",
        make_span({"rpc.system": "grpc", "rpc.method": "Get"}, Kind.CLIENT),
        ("aws", "operation"),
        "Get",
        ABSENT,
    ),
    Gap(
        40,
        "Retries, the sampling rule and what is called are metadata",
        make_span({**AWS_CALL, "aws.xray.retries": 2}, Kind.CLIENT),
        ("aws", "retries"),
        ABSENT,
        2,
    ),
    Gap(
        41,
        "The region of a call is read from one attribute only",
        make_span({**AWS_CALL, "cloud.region": "us-west-2"}, Kind.CLIENT),
        ("aws", "region"),
        ABSENT,
        "us-west-2",
    ),
    Gap(
        42,
        "Queues and tables are repeated in metadata",
        make_span({**AWS_CALL, "aws.dynamodb.table_names": ["orders"]}, Kind.CLIENT),
        (*DEFAULT, "aws.dynamodb.table_names"),
        ["orders"],
        ABSENT,
    ),
    Gap(
        43,
        "Log groups in a list are not taken apart",
        make_span(resource={"aws.log.group.names": ["a&b"]}),
        ("aws", "cloudwatch_logs"),
        [{"log_group": "a&b"}],
        [{"log_group": "a"}, {"log_group": "b"}],
    ),
    Gap(
        44,
        "Newer conventions do not make a query",
        make_span({"db.system.name": "postgresql", "db.query.text": "SELECT 1"}, Kind.CLIENT),
        ("sql", "sanitized_query"),
        ABSENT,
        "SELECT 1",
    ),
    Gap(
        45,
        "The URL of a database is the span's name",
        make_span(
            {"db.system": "mysql", "db.name": "a", "db.connection_string": "mysql://db"},
            Kind.CLIENT,
            name="SELECT a",
        ),
        ("sql", "url"),
        "SELECT a",
        "mysql://db/a",
    ),
    Gap(
        46,
        "A database that is nowhere is on localhost",
        make_span({"db.system": "mysql"}, Kind.CLIENT),
        ("sql", "connection_string"),
        "localhost/",
        ABSENT,
    ),
    Gap(
        47,
        "A database's password is passed on",
        make_span(
            {"db.system": "mysql", "db.name": "a", "db.connection_string": "mysql://u:secret@db"}
        ),
        ("sql", "connection_string"),
        "mysql://u:secret@db/a",
        "mysql://u@db/a",
    ),
)
