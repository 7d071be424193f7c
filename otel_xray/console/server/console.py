"""`ConsoleServer`: store, application and sockets put together, running in threads."""

from __future__ import annotations

import secrets
import socket
import threading
import time
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

import uvicorn

from otel_xray.console.receive.datagram import decode
from otel_xray.console.server.complaints import Complaints
from otel_xray.console.server.datagrams import DatagramReceiver
from otel_xray.console.server.listening import LOOPBACK, Listening, address, listen
from otel_xray.console.store.base import TraceStore
from otel_xray.console.store.sampling import SamplingStore
from otel_xray.console.store.sqlite import SqliteStore
from otel_xray.console.web.app import create_app
from otel_xray.console.web.page import STATIC
from otel_xray.console.web.security import LOOPBACK_NAMES, Access
from otel_xray.errors import OtelXrayError
from otel_xray.model.document import Json
from otel_xray.setting_values import Address

HTTP_PORT = 2000  # the X-Ray daemon's, so that X-Ray SDKs find the console unasked
OTLP_PORT = 4318

_GRACE_SECONDS = 5
_POLL_SECONDS = 0.01
_ANY_ADDRESS = frozenset({"0.0.0.0", "::"})  # noqa: S104  compared with, not bound to


@dataclass(frozen=True, slots=True)
class ConsoleSettings:
    """
    What a console is started with.

    Attributes:
        database: created when it is not there.
        host: where HTTP listens; other than loopback it asks for a token.
        port: HTTP and UDP; 0 takes a free one.
        otlp_port: HTTP again; 0 takes a free one.
        static: directory of the built page.
    """

    database: Path
    host: str = LOOPBACK
    port: int = HTTP_PORT
    otlp_port: int = OTLP_PORT
    static: Path = STATIC


class ConsoleServer:
    """
    A running console: ``with ConsoleServer(settings) as server: …``.

    Entering returns when every port answers; leaving returns when everything acknowledged is
    stored and every port is free.

    Attributes:
        url: of the page, with a slash at its end.
        otlp_url: where OTLP/HTTP exporters send traces.
        udp_address: host and port for X-Ray segments.
        token: what requests must carry; None on loopback.

    Raises:
        ConfigurationError: on entering: a port is in use, or the database cannot be used.
    """

    url: str
    otlp_url: str
    udp_address: tuple[str, int]
    token: str | None

    def __init__(self, settings: ConsoleSettings) -> None:
        self.settings = settings
        self._exit = ExitStack()

    def __enter__(self) -> ConsoleServer:  # noqa: PYI034  typing.Self needs Python 3.11
        with ExitStack() as undo:
            listening = listen(self.settings.host, self.settings.port, self.settings.otlp_port)
            undo.callback(listening.close)
            store = undo.enter_context(SqliteStore(self.settings.database))
            sampling = undo.enter_context(SamplingStore(self.settings.database))
            self._announce(listening)
            receiver = DatagramReceiver(listening.udp, decode, store.put, Complaints())
            receiver.start()
            undo.callback(receiver.stop)
            undo.callback(_serve(self._config(store, sampling), listening.streams()))
            self._exit = undo.pop_all()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._exit.close()

    def ready_line(self) -> str:
        """Return the line that says where everything is, in one line."""
        page = self.url if self.token is None else f"{self.url}?token={self.token}"
        return (
            f"otel-xray console: {page} (OTLP {self.otlp_url}, "
            f"X-Ray daemon UDP {Address(*self.udp_address)}, database {self.settings.database})"
        )

    def _announce(self, listening: Listening) -> None:
        self.token = None if listening.loopback else secrets.token_urlsafe(32)
        self.url = f"http://{self._shown(listening.http)}/"
        self.otlp_url = f"http://{self._shown(listening.otlp)}/v1/traces"
        udp = address(listening.udp)
        self.udp_address = (udp.host, udp.port)

    def _shown(self, opened: socket.socket) -> Address:
        """Return an address that can be clicked: nothing connects to 0.0.0.0 everywhere."""
        bound = address(opened)
        return Address(LOOPBACK, bound.port) if bound.host in _ANY_ADDRESS else bound

    def _config(self, store: TraceStore, sampling: SamplingStore) -> uvicorn.Config:
        app = create_app(
            store,
            sampling,
            access=Access(LOOPBACK_NAMES | {self.settings.host.lower()}, self.token),
            status=self._status,
            static=self.settings.static,
        )
        return uvicorn.Config(
            app,
            lifespan="off",
            ws="none",
            log_config=None,
            log_level="warning",
            access_log=False,
            server_header=False,
            proxy_headers=False,
            timeout_graceful_shutdown=_GRACE_SECONDS,
        )

    def _status(self) -> Mapping[str, Json]:
        http = list(dict.fromkeys((self.url, self.otlp_url.removesuffix("v1/traces"))))
        return {
            "database": str(self.settings.database),
            "listening": {"http": http, "udp": str(Address(*self.udp_address))},
        }


class _Stopper:
    """Ends a running uvicorn and waits for its thread."""

    def __init__(self, server: uvicorn.Server, thread: threading.Thread) -> None:
        self._server = server
        self._thread = thread

    def __call__(self) -> None:
        self._server.should_exit = True
        self._thread.join()


def _serve(config: uvicorn.Config, sockets: list[socket.socket]) -> _Stopper:
    """
    Run uvicorn in a thread, and return when it answers.

    In a thread it leaves signals alone: who handles them must also close the store.
    """
    server = uvicorn.Server(config)
    thread = threading.Thread(
        target=server.run, kwargs={"sockets": sockets}, name="otel-xray-http", daemon=True
    )
    thread.start()
    while not server.started:
        if not thread.is_alive():
            msg = "The HTTP server did not start; the log says why."
            raise OtelXrayError(msg)
        time.sleep(_POLL_SECONDS)
    return _Stopper(server, thread)
