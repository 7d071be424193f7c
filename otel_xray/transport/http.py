"""
Payloads as the bodies of HTTP POST requests, over one connection that is kept open.

`http.client` on purpose: the client libraries cost a cold start more than all the rest of
tracing does (see ``docs/rationale.md``).
"""

from __future__ import annotations

import gzip
import os
import threading
from collections.abc import Mapping
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from urllib.parse import urlsplit

from otel_xray.errors import TransportError

# OTLP/HTTP, "Retryable Response Codes"
RETRYABLE = frozenset({429, 502, 503, 504})
SOON = 0.0
_STALE = (ConnectionError, HTTPException)
_REASON_LENGTH = 200


class HttpTransport:
    """Posts each payload to one URL. Safe to use from several threads, one request at a time."""

    def __init__(self, url: str, headers: Mapping[str, str], *, compress: bool = False) -> None:
        """
        Prepare; nothing is opened yet.

        Args:
            url: where to post; ``http`` or ``https``.
            headers: of every request; they never appear in an error.
            compress: send bodies gzipped.
        """
        parts = urlsplit(url)
        self._url = url
        self._secure = parts.scheme == "https"
        self._host = parts.hostname or ""
        self._port = parts.port
        self._path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        self._headers = {**headers, **({"Content-Encoding": "gzip"} if compress else {})}
        self._compress = compress
        self._connection: HTTPConnection | None = None
        self._owner = 0
        self._lock = threading.Lock()

    def send(self, payload: bytes, timeout: float) -> None:
        """Post *payload*; any answer of the 200s delivers it."""
        body = gzip.compress(payload, compresslevel=1) if self._compress else payload
        with self._lock:
            try:
                status, wait, reason = self._exchange(body, timeout)
            except (OSError, HTTPException) as error:
                self.close()
                msg = f"cannot reach {self._url} ({_describe(error)})"
                raise TransportError(msg, retry_after=SOON) from error
        if not 200 <= status < 300:  # noqa: PLR2004  the range is HTTP's definition of success
            msg = f"{self._url} answered {status} ({reason})"
            raise TransportError(msg, retry_after=wait if status in RETRYABLE else None)

    def close(self) -> None:
        """Close the connection; the next payload opens another."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _exchange(self, body: bytes, timeout: float) -> tuple[int, float, str]:
        """Return the status, the wait that the other side asks for, and what it says."""
        reused = self._connection is not None and self._owner == os.getpid()
        try:
            return self._post(body, timeout)
        except _STALE:
            # The other side may close an idle connection at any time, and a frozen process
            # does not notice; only a connection that was never used tells the truth.
            if not reused:
                raise
            self.close()
            return self._post(body, timeout)

    def _post(self, body: bytes, timeout: float) -> tuple[int, float, str]:
        connection = self._open(timeout)
        connection.request("POST", self._path, body, self._headers)
        response = connection.getresponse()
        text = response.read()
        if response.will_close:
            self.close()
        reason = text[:_REASON_LENGTH].decode("utf-8", "replace").strip() or response.reason
        return response.status, _retry_after(response), "".join(filter(str.isprintable, reason))

    def _open(self, timeout: float) -> HTTPConnection:
        if self._owner != os.getpid():
            self.close()
        if self._connection is None:
            kind = HTTPSConnection if self._secure else HTTPConnection
            self._connection = kind(self._host, self._port, timeout=timeout)
            self._owner = os.getpid()
        self._connection.timeout = timeout
        if self._connection.sock is not None:
            self._connection.sock.settimeout(timeout)
        return self._connection


def _retry_after(response: HTTPResponse) -> float:
    """Return the seconds in ``Retry-After``; a date, or none, counts as soon."""
    text = response.getheader("Retry-After", "").strip()
    return float(text) if text.isascii() and text.isdigit() else SOON


def _describe(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error) or type(error).__name__
