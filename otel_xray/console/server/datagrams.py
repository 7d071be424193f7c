"""
UDP segments: one thread empties the socket, another parses and stores.

Nobody repeats a datagram, so the socket must be read faster than it fills; what waits in between
is bounded in bytes.
"""

from __future__ import annotations

import socket
import threading
from collections import deque
from collections.abc import Callable, Iterable
from concurrent.futures import Future

from otel_xray.console.entity import Entity
from otel_xray.console.server.complaints import Complaints
from otel_xray.console.store.base import StoreUnavailable
from otel_xray.errors import InvalidDocument

WAITING_BYTES = 64 << 20

_LARGEST = 1 << 16
_WAKE_SECONDS = 0.2
_GROUP = 500

Decode = Callable[[bytes], list[Entity]]
Put = Callable[[list[Entity]], "Future[None]"]


class DatagramReceiver:
    """
    Receives segments on *opened* from `start` to `stop`.

    Args:
        opened: a bound datagram socket; its owner closes it after `stop`.
        decode: raises InvalidDocument for what is none.
        put: stores entities.
        complaints: hears of everything that was lost.
        waiting_bytes: how much may wait to be stored before datagrams are dropped.
    """

    def __init__(
        self,
        opened: socket.socket,
        decode: Decode,
        put: Put,
        complaints: Complaints,
        waiting_bytes: int = WAITING_BYTES,
    ) -> None:
        self._socket = opened
        self._decode = decode
        self._put = put
        self._complaints = complaints
        self._limit = waiting_bytes
        self._waiting: deque[bytes] = deque()
        self._bytes = 0
        self._changed = threading.Condition()
        self._stopping = threading.Event()
        self._ended = False
        self._threads = [
            threading.Thread(target=target, name=f"otel-xray-udp-{name}", daemon=True)
            for name, target in (("read", self._read), ("store", self._store))
        ]

    def start(self) -> None:
        """Begin to receive."""
        self._socket.settimeout(_WAKE_SECONDS)
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Store what had arrived, and end."""
        self._stopping.set()
        for thread in self._threads:
            thread.join()

    def _read(self) -> None:
        try:
            while not self._stopping.is_set():
                self._receive()
            self._socket.settimeout(0)  # what the kernel still holds
            while self._receive():
                pass
        except OSError as error:
            self._complaints.add(f"no more segments are received over UDP: {error}")
        finally:
            with self._changed:
                self._ended = True
                self._changed.notify()

    def _receive(self) -> bool:
        """Take one datagram; False when there is none."""
        try:
            data = self._socket.recv(_LARGEST)
        except (TimeoutError, BlockingIOError):
            return False
        with self._changed:
            if self._bytes + len(data) <= self._limit:
                self._bytes += len(data)
                self._waiting.append(data)
                self._changed.notify()
                return True
        self._complaints.add("a datagram was dropped: they arrive faster than they can be stored")
        return True

    def _store(self) -> None:
        while group := self._next_group():
            entities = list(self._entities(group))
            try:
                self._put(entities).result()
            except StoreUnavailable as error:
                self._complaints.add(f"{len(entities)} segments were lost: {error}")

    def _next_group(self) -> list[bytes]:
        """Wait for datagrams and take some; none means that the end has come."""
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self._ended)
            count = min(len(self._waiting), _GROUP)
            group = [self._waiting.popleft() for _ in range(count)]
            self._bytes -= sum(map(len, group))
            return group

    def _entities(self, group: Iterable[bytes]) -> Iterable[Entity]:
        for data in group:
            try:
                yield from self._decode(data)
            except InvalidDocument as error:
                self._complaints.add(f"a datagram of {len(data)} bytes was refused: {error}")
            except Exception as error:  # noqa: BLE001  one datagram must not end all receiving
                self._complaints.add(f"a datagram of {len(data)} bytes broke a parser: {error!r}")
