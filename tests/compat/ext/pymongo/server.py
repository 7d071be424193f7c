"""
What pymongo takes for a MongoDB server.

The real one is not to be had from Debian. This answers what one client needs to find it, inserts
and finds; everything else fails, as on the real one a command that does not exist.
"""

from __future__ import annotations

import socketserver
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread
from typing import Any

import bson

_HEADER = struct.Struct("<iiii")  # length, request id, the request that is answered, operation
_REPLY, _QUERY, _MESSAGE = 1, 2004, 2013
_HELLO = {
    "isWritablePrimary": True,
    "ismaster": True,
    "helloOk": True,
    "minWireVersion": 0,
    "maxWireVersion": 21,
    "maxBsonObjectSize": 1 << 24,
    "maxMessageSizeBytes": 48_000_000,
    "maxWriteBatchSize": 100_000,
}
_ANSWERS: dict[str, dict[str, Any]] = {
    "hello": _HELLO,
    "ismaster": _HELLO,
    "insert": {"n": 1},
    "find": {"cursor": {"id": 0, "ns": "orders.items", "firstBatch": [{"_id": 1, "item": "pen"}]}},
}


class _Connection(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        while head := self.rfile.read(_HEADER.size):
            length, request, _, operation = _HEADER.unpack(head)
            body = self.rfile.read(length - _HEADER.size)
            # A query starts with flags, the name of a collection, and two numbers; a message with
            # flags, and the kind of its first section: a document.
            start = body.index(b"\0", 4) + 9 if operation == _QUERY else 5
            size = struct.unpack_from("<i", body, start)[0]
            name = next(iter(bson.decode(body[start : start + size])))
            self.wfile.write(_reply(request, operation, bson.encode(_answer(name))))


def _answer(command: str) -> dict[str, Any]:
    found = _ANSWERS.get(command.lower())
    if found is None:
        return {"ok": 0.0, "errmsg": f"no such command: '{command}'", "code": 59}
    return {**found, "ok": 1.0}


def _reply(request: int, operation: int, document: bytes) -> bytes:
    if operation == _QUERY:
        body = struct.pack("<iqii", 8, 0, 0, 1) + document
        operation = _REPLY
    else:
        body = struct.pack("<iB", 0, 0) + document
    return _HEADER.pack(_HEADER.size + len(body), 1, request, operation) + body


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    block_on_close = False  # the client's monitor keeps its connection


@contextmanager
def running() -> Iterator[int]:
    """Answer on a free loopback port, which is what the block gets."""
    with _Server(("127.0.0.1", 0), _Connection) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        try:
            yield int(server.server_address[1])
        finally:
            server.shutdown()
            thread.join()
