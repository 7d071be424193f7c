from __future__ import annotations

from typing import Any

import pytest

from otel_xray.model.span import Kind
from tests.segments.making import encode


@pytest.mark.parametrize(
    ("attributes", "expected"),
    [
        (
            {
                "db.system": "mysql",
                "db.name": "shop",
                "db.user": "app",
                "db.statement": "SELECT 1",
                "db.connection_string": "mysql://db:3306",
            },
            {
                "database_type": "mysql",
                "user": "app",
                "sanitized_query": "SELECT 1",
                "connection_string": "mysql://db:3306/shop",
                "url": "mysql://db:3306/shop",
            },
        ),
        (
            {
                "db.system.name": "postgresql",
                "db.namespace": "shop",
                "db.query.text": "SELECT 1",
                "server.address": "db",
                "server.port": 5432,
            },
            {
                "database_type": "postgresql",
                "sanitized_query": "SELECT 1",
                "connection_string": "postgresql://db:5432/shop",
                "url": "postgresql://db:5432/shop",
            },
        ),
        (
            {"db.system": "sqlite", "db.name": "file.db"},
            {"database_type": "sqlite", "connection_string": "localhost/file.db"},
        ),
        (
            {"db.system": "mysql", "net.peer.name": "db"},
            {"database_type": "mysql", "connection_string": "mysql://db", "url": "mysql://db"},
        ),
        (
            {"db.system": "mysql", "db.connection_string": "jdbc:mysql://u:secret@db/"},
            {
                "database_type": "mysql",
                "connection_string": "jdbc:mysql://u@db/",
                "url": "jdbc:mysql://u@db/",
            },
        ),
        (
            {"db.system": "oracle", "db.connection_string": "jdbc:oracle:thin:@db:1521:x"},
            {
                "database_type": "oracle",
                "connection_string": "jdbc:oracle:thin:@db:1521:x",
                "url": "jdbc:oracle:thin:@db:1521:x",
            },
        ),
        ({"db.system": "mysql"}, {"database_type": "mysql"}),
        (
            {"db.system.name": "postgresql", "db.system": "postgresql"},
            {"database_type": "postgresql"},
        ),
    ],
)
def test_a_query_is_described(attributes: dict[str, Any], expected: dict[str, Any]) -> None:
    """Old and stable conventions give the section, without passwords, and nothing is left."""
    document = encode(attributes, Kind.CLIENT)

    assert expected == document.get("sql")
    assert "metadata" not in document


@pytest.mark.parametrize("system", ["redis", "dynamodb", ["mysql"], 5])
def test_other_systems_have_no_section(system: object) -> None:
    """What is no SQL system keeps its attributes as metadata."""
    document = encode({"db.system": system, "db.statement": "GET x"}, Kind.CLIENT)

    assert "sql" not in document
    assert document.get("metadata") == {"default": {"db.system": system, "db.statement": "GET x"}}


def test_what_no_convention_knows_is_stated() -> None:
    """A stated URL is the URL; versions and preparation have attributes of their own."""
    document = encode(
        {
            "db.system": "mysql",
            "db.connection_string": "mysql://db",
            "aws.xray.sql.url": "jdbc:mysql://db/x",
            "aws.xray.sql.preparation": "call",
            "aws.xray.sql.database_version": "8",
            "aws.xray.sql.driver_version": "9",
        },
        Kind.CLIENT,
    )

    assert document.get("sql") == {
        "database_type": "mysql",
        "connection_string": "mysql://db",
        "url": "jdbc:mysql://db/x",
        "preparation": "call",
        "database_version": "8",
        "driver_version": "9",
    }
