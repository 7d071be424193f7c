"""
Group commit: one thread writes, and whoever waits learns of it after COMMIT.

While a transaction is on its way to the disk the next group gathers in the queue, so that many
small deliveries cost few commits.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future
from itertools import chain
from queue import Empty, SimpleQueue
from typing import NamedTuple

from otel_xray.console.entity import Entity
from otel_xray.console.store.base import StoreUnavailable

GROUP_ENTITIES = 8_192


class _Delivery(NamedTuple):
    entities: Sequence[Entity]
    done: Future[None]


class GroupCommit:
    """
    Runs *apply* on what was put, in the order of arrival, one transaction a group.

    Args:
        connection: used by the writing thread only, from now on.
        apply: writes entities inside the open transaction.
        forget: called after a transaction was rolled back.
    """

    def __init__(
        self,
        connection: sqlite3.Connection,
        apply: Callable[[Iterable[Entity]], None],
        forget: Callable[[], None],
    ) -> None:
        self._connection = connection
        self._apply = apply
        self._forget = forget
        self._queue: SimpleQueue[_Delivery | None] = SimpleQueue()
        self._closed = False
        self._closing = threading.Lock()
        self._thread = threading.Thread(target=self._run, name="otel-xray-store", daemon=True)
        self._thread.start()

    def put(self, entities: Sequence[Entity]) -> Future[None]:
        """Queue *entities*; the future is done after COMMIT, or fails with StoreUnavailable."""
        delivery = _Delivery(entities, Future())
        with self._closing:
            if self._closed:
                msg = "The store is closed; the console is shutting down."
                delivery.done.set_exception(StoreUnavailable(msg))
            else:
                self._queue.put(delivery)
        return delivery.done

    def close(self) -> None:
        """Write everything that was put before, and end the thread."""
        with self._closing:
            self._closed = True
            self._queue.put(None)
        self._thread.join()

    def _run(self) -> None:
        while (first := self._queue.get()) is not None:
            group, last = self._gather(first)
            # whoever gave up before the work began is not served; later is too late to cancel
            wanted = [item for item in group if item.done.set_running_or_notify_cancel()]
            if wanted:
                self._commit(wanted)
            if last:
                return

    def _gather(self, first: _Delivery) -> tuple[list[_Delivery], bool]:
        """Return *first* with what waits behind it, and whether the end of the queue was met."""
        group = [first]
        size = len(first.entities)
        while size < GROUP_ENTITIES:
            try:
                delivery = self._queue.get_nowait()
            except Empty:
                break
            if delivery is None:
                return group, True
            group.append(delivery)
            size += len(delivery.entities)
        return group, False

    def _commit(self, group: list[_Delivery]) -> None:
        try:
            self._transact(chain.from_iterable(delivery.entities for delivery in group))
        except Exception as error:  # noqa: BLE001  the thread must go on, whoever waits is told
            self._fail(group, error)
            return
        for delivery in group:
            delivery.done.set_result(None)

    def _fail(self, group: list[_Delivery], error: Exception) -> None:
        """Let one delivery that cannot be stored not take its neighbours with it."""
        if len(group) > 1:
            for delivery in group:
                self._commit([delivery])
            return
        refusal = StoreUnavailable(f"The store could not keep what arrived: {error}")
        refusal.__cause__ = error
        group[0].done.set_exception(refusal)

    def _transact(self, entities: Iterable[Entity]) -> None:
        self._connection.execute("begin immediate")
        try:
            self._apply(entities)
            self._connection.execute("commit")
        except BaseException:
            if self._connection.in_transaction:  # SQLite rolls back by itself when a disk is full
                self._connection.execute("rollback")
            self._forget()
            raise
