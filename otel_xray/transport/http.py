"""Payloads as the bodies of HTTP POST requests, over one connection that is kept open."""

from __future__ import annotations

import gzip
import os
import threading
import time
from collections.abc import Callable, Mapping
from http.client import HTTPConnection, HTTPException, HTTPResponse
from typing import NamedTuple, TypeAlias

from otel_xray.errors import TransportError
from otel_xray.setting_values import Tls
from otel_xray.transport.route import Route

# OTLP/HTTP, "Retryable Response Codes"
RETRYABLE = frozenset({429, 502, 503, 504})
TOO_LARGE = 413
SOON = 0.0
LONGEST_ANSWER = 65_536  # bytes; nobody has so much to say about spans
_STALE = (ConnectionError, HTTPException)
_REASON_LENGTH = 200
_REDIRECTED = "redirects are not followed, since they would carry credentials elsewhere"

# Takes the body and the headers of a request, and returns more headers, such as a signature.
Authorize: TypeAlias = Callable[[bytes, Mapping[str, str]], Mapping[str, str]]


class _Answer(NamedTuple):
    """
    What came back.

    Attributes:
        wait: seconds that the other side asks for.
    """

    status: int
    body: bytes
    reason: str
    wait: float


class HttpTransport:
    """Posts each payload to one URL. Safe to use from several threads, one request at a time."""

    def __init__(
        self,
        url: str,
        headers: Mapping[str, str],
        *,
        compress: bool = False,
        tls: Tls = Tls(),  # noqa: B008  immutable
        proxy: str = "",
        authorize: Authorize | None = None,
    ) -> None:
        """
        Prepare; nothing is opened yet.

        Args:
            url: where to post; ``http`` or ``https``.
            headers: of every request; they never appear in an error.
            compress: send bodies gzipped.
            tls: certificates, where the system's own are not those to use.
            proxy: URL of an HTTP proxy; empty for none.
            authorize: adds headers that depend on the body; may raise `TransportError`.
        """
        self._route = Route(url, tls, proxy)
        encoding = {"Content-Encoding": "gzip"} if compress else {}
        self._headers = {**self._route.headers, **headers, **encoding}
        self._compress = compress
        self._authorize = authorize
        self._connection: HTTPConnection | None = None
        self._owner = os.getpid()
        self._lock = threading.Lock()

    def send(self, payload: bytes, timeout: float) -> bytes:
        """Post *payload*; any answer of the 200s delivers it, and its body is returned."""
        body = gzip.compress(payload, compresslevel=1) if self._compress else payload
        self._forget_parent()
        with self._lock:
            try:
                answer = self._exchange(body, timeout)
            except (OSError, HTTPException) as error:
                self.close()
                msg = f"cannot reach {self._route.shown} ({_describe(error)})"
                raise TransportError(msg, retry_after=SOON) from error
        if 200 <= answer.status < 300:  # noqa: PLR2004  the range is HTTP's definition of success
            return answer.body
        msg = f"{self._route.shown} answered {answer.status} ({answer.reason})"
        raise TransportError(
            msg,
            retry_after=answer.wait if answer.status in RETRYABLE else None,
            too_large=answer.status == TOO_LARGE,
        )

    def close(self) -> None:
        """Close the connection; the next payload opens another."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _forget_parent(self) -> None:
        """In a forked child leave the connection to the parent, and a lock that it may hold."""
        if self._owner != os.getpid():
            self._owner = os.getpid()
            self._lock = threading.Lock()
            self.close()

    def _exchange(self, body: bytes, timeout: float) -> _Answer:
        reused = self._connection is not None
        try:
            return self._post(body, timeout)
        except _STALE:
            # The other side may close an idle connection at any time, and a frozen process
            # does not notice; only a connection that was never used tells the truth.
            if not reused:
                raise
            self.close()
            return self._post(body, timeout)

    def _post(self, body: bytes, timeout: float) -> _Answer:
        headers = self._headers
        if self._authorize is not None:
            headers = {**headers, **self._authorize(body, headers)}
        connection = self._open(timeout)
        connection.request("POST", self._route.target, body, headers)
        response = connection.getresponse()
        said = response.read(LONGEST_ANSWER)
        if response.will_close or not response.isclosed():
            self.close()
        return _Answer(response.status, said, _reason(response, said), _retry_after(response))

    def _open(self, timeout: float) -> HTTPConnection:
        if self._connection is None:
            self._connection = self._route.open(timeout)
        self._connection.timeout = timeout
        if self._connection.sock is not None:
            self._connection.sock.settimeout(timeout)
        return self._connection


def _reason(response: HTTPResponse, said: bytes) -> str:
    if 300 <= response.status < 400:  # noqa: PLR2004  HTTP's definition of redirection
        return _REDIRECTED
    text = said[:_REASON_LENGTH].decode("utf-8", "replace").strip() or response.reason
    return "".join(filter(str.isprintable, text))


def _retry_after(response: HTTPResponse) -> float:
    """Return the seconds that ``Retry-After`` asks for: a number, or until a date."""
    text = response.getheader("Retry-After", "").strip()
    if text.isascii() and text.isdigit():
        return float(text)
    from email.utils import parsedate_to_datetime  # noqa: PLC0415  for failures only

    try:
        return max(SOON, parsedate_to_datetime(text).timestamp() - time.time())
    except (TypeError, ValueError, OverflowError):
        return SOON


def _describe(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error) or type(error).__name__
