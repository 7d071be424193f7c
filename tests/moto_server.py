"""AWS's services as moto serves them, on loopback."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.request import Request, urlopen

from moto.server import ThreadedMotoServer


@contextmanager
def serving() -> Iterator[str]:
    """
    Serve for the length of a block, and return the URL.

    All of moto's servers in a process have one memory, so each starts by emptying it.
    """
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    try:
        url = "http://{}:{}".format(*server.get_host_and_port())
        with urlopen(Request(f"{url}/moto-api/reset", method="POST")):
            pass
        yield url
    finally:
        server.stop()
