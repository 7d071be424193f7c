"""
The ``sql`` section.

Developer guide, "X-Ray segment documents", SQL queries. The collector knows the old ``db.*`` keys
and writes the span's name as the URL; here the stable keys are read too, the URL is a URL, and a
password in it is not passed on.
"""

from __future__ import annotations

import re

from otel_xray.model import keys
from otel_xray.model.document import Json
from otel_xray.segments.field import Field, Left, first, table, take, text, write

SYSTEM = Field("database_type", ("db.system.name", "db.system"))
FIELDS = (
    Field("user", ("db.user",)),
    Field("sanitized_query", ("db.query.text", "db.statement")),
    Field("url", ("aws.xray.sql.url",)),
    Field("preparation", ("aws.xray.sql.preparation",)),
    Field("database_version", ("aws.xray.sql.database_version",)),
    Field("driver_version", ("aws.xray.sql.driver_version",)),
)
# The two parts of the member connection_string.
CONNECTION = Field("connection_string", ("db.connection_string",))
DATABASE = Field("connection_string", ("db.namespace", "db.name"))
# The section as it is read from a document.
MEMBERS = table(SYSTEM, *FIELDS, CONNECTION)

_OF_COLLECTOR = frozenset(
    [
        *("db2", "derby", "hive", "mariadb", "mssql", "mysql", "oracle", "postgresql"),
        *("sqlite", "teradata", "other_sql"),
    ]
)
# What the stable conventions call those, and the SQL systems that only they know.
_STABLE = frozenset(
    [
        *("ibm.db2", "microsoft.sql_server", "oracle.db", "actian.ingres", "aws.redshift"),
        *("azure.sql", "clickhouse", "cockroachdb", "firebirdsql", "gcp.spanner", "h2database"),
        *("hanadb", "hsqldb", "ibm.informix", "ibm.netezza", "intersystems.cache", "redshift"),
        *("sap.hana", "sap.maxdb", "softwareag.adabas", "trino", "vertica"),
    ]
)
SYSTEMS = _OF_COLLECTOR | _STABLE

_URL = re.compile(r"(?:jdbc:)?[A-Za-z][\w+.-]*:(?://|(?<=jdbc:))")
_PASSWORD = re.compile(r"(//[^/@:\s]*):[^/@\s]*@")


def section(left: Left) -> dict[str, Json] | None:
    """Return the section, None when the span is no SQL query; take what it says."""
    if not _is_sql(left):
        return None
    sql: dict[str, Json] = {"database_type": take(SYSTEM, left), **write(FIELDS, left)}
    connection = _connection(sql["database_type"], left)
    if connection is not None:
        sql["connection_string"] = connection
        if "url" not in sql and _URL.match(connection):
            sql["url"] = connection
    return sql


def _is_sql(left: Left) -> bool:
    for key in SYSTEM.keys:
        system = left.get(key)
        if isinstance(system, str) and system in SYSTEMS:
            return True
    return False


def _connection(system: str, left: Left) -> str | None:
    """Return where the database is, ``<connection>/<database>``."""
    given = take(CONNECTION, left)
    database = take(DATABASE, left)
    base = _PASSWORD.sub(r"\1@", given) if given else _server(system, left)
    if base is None and database is None:
        return None
    base = base or "localhost"
    return base if database is None else f"{base.rstrip('/')}/{database}"


def _server(system: str, left: Left) -> str | None:
    host = first((keys.SERVER_ADDRESS, "net.peer.name"), left)
    if host is None:
        return None
    port = text(left.pop(keys.SERVER_PORT, None)) or text(left.pop("net.peer.port", None))
    for key in (keys.SERVER_ADDRESS, "net.peer.name"):
        if left.get(key) == host:
            del left[key]
    return f"{system}://{host}:{port}" if port else f"{system}://{host}"
