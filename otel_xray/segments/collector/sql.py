"""The ``sql`` section, as the exporter writes it: old keys only, the span's name as the URL."""

from __future__ import annotations

from otel_xray.model.document import Json
from otel_xray.segments.collector.value import present, text

SYSTEMS = frozenset(
    [
        *("db2", "derby", "hive", "mariadb", "mssql", "mysql", "oracle", "postgresql"),
        *("sqlite", "teradata", "other_sql"),
    ]
)
KEYS = ("db.connection_string", "db.system", "db.name", "db.statement", "db.user")


def section(span_name: str, left: dict[str, Json]) -> dict[str, Json] | None:
    """Return the section, None when the span is no SQL query; take what it says."""
    if text(left.get("db.system")) not in SYSTEMS:
        return None
    connection, system, name, statement, user = (text(left.pop(key, None)) for key in KEYS)
    return present(
        {
            "url": span_name or None,
            "connection_string": f"{connection or 'localhost'}/{name}",
            "database_type": system,
            "user": user or None,
            "sanitized_query": statement or None,
        }
    )
