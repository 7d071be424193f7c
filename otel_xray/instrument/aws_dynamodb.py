"""
What calls of DynamoDB say: the tables, never a key nor an item.

What else the semantic conventions list for an operation comes from the whitelist, which knows the
operations one by one; see `aws_whitelist`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from otel_xray.instrument.extraction import (
    Found,
    Members,
    Service,
    as_object,
    number,
    objects,
    within,
)
from otel_xray.model import keys

DB_SYSTEM = "db.system.name"
SYSTEM = "aws.dynamodb"


def _tables(parameters: Members, found: Found) -> None:
    table = parameters.get("TableName")
    if isinstance(table, str):  # nearly every call
        found[keys.AWS_TABLE_NAMES] = [table]
        return
    names = list(dict.fromkeys(_table_names(parameters)))
    if names:
        found[keys.AWS_TABLE_NAMES] = names


def _table_names(parameters: Members) -> Iterator[str]:
    batch = as_object(parameters.get("RequestItems")) or {}  # by table
    actions = [one for item in objects(parameters, "TransactItems") for one in item.values()]
    names = [*batch, *((as_object(action) or {}).get("TableName") for action in actions)]
    yield from (name for name in names if isinstance(name, str))


SERVICES: Mapping[str, Service] = {
    "DynamoDB": Service(
        always={DB_SYSTEM: SYSTEM},
        asked=(
            _tables,
            within(
                "ProvisionedThroughput",
                number("ReadCapacityUnits", "aws.dynamodb.provisioned_read_capacity"),
                number("WriteCapacityUnits", "aws.dynamodb.provisioned_write_capacity"),
            ),
        ),
    ),
}
