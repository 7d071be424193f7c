"""Tickets in a DynamoDB table, for a process that another one's third party calls back."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Any

from otel_xray.instrument.suppression import suppress

KEY, TICKET, EXPIRES = "key", "ticket", "expires"

_SECONDS = 1.0  # for a connection, and for an answer: telemetry must not hold the application
_ATTEMPTS = 2


class DynamoTickets:
    """
    A `TicketStore` in a DynamoDB table.

    The table has the partition key ``key`` (a string); its TTL attribute is ``expires``. Puts are
    conditional, gets are consistent, and neither is traced.
    """

    def __init__(
        self, table: str, client: Any = None, clock: Callable[[], float] = time.time
    ) -> None:
        """
        Prepare; nothing is called yet.

        Args:
            table: its name.
            client: a boto3 client of DynamoDB; by default one is made at first use, which waits a
                second for an answer and tries twice.
            clock: seconds since the epoch.
        """
        self._table = table
        self._client = client
        self._clock = clock
        self._lock = threading.Lock()

    def put(self, key: str, ticket: str, ttl: float) -> None:
        """Keep *ticket* unless there is one of that key that has not expired."""
        now = int(self._clock())
        item = {KEY: {"S": key}, TICKET: {"S": ticket}, EXPIRES: {"N": str(now + int(ttl))}}
        with self._untraced() as client:
            try:
                client.put_item(
                    TableName=self._table,
                    Item=item,
                    ConditionExpression="attribute_not_exists(#key) OR #expires <= :now",
                    ExpressionAttributeNames={"#key": KEY, "#expires": EXPIRES},
                    ExpressionAttributeValues={":now": {"N": str(now)}},
                )
            except client.exceptions.ConditionalCheckFailedException:
                return  # the first one stays

    def get(self, key: str) -> str | None:
        """Return the ticket of *key*; None when there is none, or none any more."""
        with self._untraced() as client:
            answer = client.get_item(
                TableName=self._table, Key={KEY: {"S": key}}, ConsistentRead=True
            )
        item: dict[str, dict[str, str]] | None = answer.get("Item")
        # DynamoDB deletes what has expired days later
        if item is None or int(item[EXPIRES]["N"]) <= self._clock():
            return None
        return item[TICKET]["S"]

    @contextmanager
    def _untraced(self) -> Generator[Any]:
        """Lend the client, whose calls make no spans inside the block."""
        with self._lock:
            if self._client is None:
                self._client = _new_client()
        with suppress():
            yield self._client


def _new_client() -> Any:
    import boto3
    from botocore.config import Config

    config = Config(
        connect_timeout=_SECONDS,
        read_timeout=_SECONDS,
        retries={"mode": "standard", "total_max_attempts": _ATTEMPTS},
    )
    make: Any = getattr(boto3, "client")  # noqa: B009  the installed stubs know some services only
    return make("dynamodb", config=config)
