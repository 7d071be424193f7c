"""
X-Ray's sampling service over HTTP, unsigned: the daemon's, a collector's proxy's or the console's.

`http.client` on purpose: the client libraries cost more than all the rest of sampling does. It is
loaded by the first question, which comes after the first decision.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from time import monotonic
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit

from otel_xray.errors import TransportError
from otel_xray.setting_values import Address

if TYPE_CHECKING:
    from http.client import HTTPConnection

TIMEOUT = 10.0
LARGEST_ANSWER = 1 << 20
_QUOTED = 200
_HEADERS = {"Content-Type": "application/json"}


class SamplingClient:
    """
    Asks one server, with a connection of its own each time: it is asked once in ten seconds.

    Attributes:
        timeout: seconds that an exchange takes at most, from now on.
    """

    def __init__(
        self,
        host: str,
        port: int,
        *,
        timeout: float = TIMEOUT,
        prefix: str = "",
        tls: bool = False,
    ) -> None:
        """
        Prepare; nothing is opened yet.

        Args:
            host: name or address.
            port: of TCP.
            timeout: seconds that an exchange takes at most.
            prefix: of the paths, without a slash at its end.
            tls: speak HTTPS.
        """
        self.timeout = timeout
        self._host = host
        self._port = port
        self._prefix = prefix
        self._tls = tls

    @classmethod
    def to_url(cls, url: str, *, timeout: float = TIMEOUT) -> SamplingClient:
        """Return a client of the server at *url*, an absolute one."""
        parts = urlsplit(url)
        tls = parts.scheme == "https"
        port = parts.port or (443 if tls else 80)
        prefix = parts.path.rstrip("/")
        return cls(parts.hostname or "", port, timeout=timeout, prefix=prefix, tls=tls)

    def get_sampling_rules(self, **arguments: str) -> Mapping[str, Any]:
        """
        Return a page of the rules; an empty answer is one without any.

        Raises:
            TransportError: there is no answer, or none that is JSON.
        """
        return self._post("/GetSamplingRules", arguments)

    def get_sampling_targets(
        self,
        *,
        SamplingStatisticsDocuments: Sequence[Mapping[str, Any]],  # noqa: N803  as boto3 calls it
        **more: Sequence[Mapping[str, Any]],
    ) -> Mapping[str, Any]:
        """
        Report statistics, and return what is aimed at; an empty answer says nothing.

        Raises:
            TransportError: there is no answer, or none that is JSON.
        """
        documents = {"SamplingStatisticsDocuments": SamplingStatisticsDocuments, **more}
        return self._post(
            "/SamplingTargets", {name: list(some) for name, some in documents.items()}
        )

    def _post(self, path: str, document: Mapping[str, Any]) -> Mapping[str, Any]:
        from http.client import HTTPException  # noqa: PLC0415  see above

        url = f"{'https' if self._tls else 'http'}://{Address(self._host, self._port)}"
        url = f"{url}{self._prefix}{path}"
        connection = self._connection()
        try:
            status, reason, body = _exchange(
                connection, f"{self._prefix}{path}", json.dumps(document).encode(), self.timeout
            )
        except (OSError, HTTPException, UnicodeError) as error:
            msg = f"cannot reach {url} ({str(error) or type(error).__name__})"
            raise TransportError(msg) from error
        finally:
            connection.close()
        if not 200 <= status < 300:  # noqa: PLR2004  HTTP's definition of success
            msg = f"{url} answered {status} ({_quoted(body) or reason})"
            raise TransportError(msg)
        return _decoded(body, url)

    def _connection(self) -> HTTPConnection:
        import http.client  # noqa: PLC0415  see above

        # a Python without OpenSSL has only one of them
        kind = http.client.HTTPSConnection if self._tls else http.client.HTTPConnection
        return kind(self._host, self._port, timeout=self.timeout)


def _exchange(
    connection: HTTPConnection, path: str, body: bytes, timeout: float
) -> tuple[int, str, bytes]:
    """Send *body*, and return status, reason and body of the answer, all within *timeout*."""
    deadline = monotonic() + timeout
    connection.connect()
    opened = connection.sock

    def hurry() -> None:
        left = deadline - monotonic()
        if left <= 0:
            raise TimeoutError("timed out")  # noqa: EM101  as the socket says it
        opened.settimeout(left)

    hurry()
    connection.request("POST", path, body, _HEADERS)
    hurry()
    with connection.getresponse() as response:
        parts: list[bytes] = []
        size = 0
        # From Python 3.13 on the last byte closes an answer, and the socket with it.
        while size <= LARGEST_ANSWER and not response.isclosed():
            hurry()
            part = response.read1(LARGEST_ANSWER + 1)
            if not part:
                break
            size += len(part)
            parts.append(part)
        return response.status, response.reason, b"".join(parts)


def _decoded(body: bytes, url: str) -> Mapping[str, Any]:
    answer, reason = _read(body)
    if not isinstance(answer, dict):
        msg = f"{url} answered what cannot be read ({reason}): {_quoted(body)}"
        raise TransportError(msg)
    return cast("dict[str, Any]", answer)


def _read(body: bytes) -> tuple[object, str]:
    """Return the JSON value, and why it may be none that is expected."""
    if len(body) > LARGEST_ANSWER:
        return None, f"it has more than {LARGEST_ANSWER} bytes"
    try:
        return json.loads(body) if body.strip() else {}, "it is no JSON object"
    except (ValueError, RecursionError) as error:
        return None, str(error)


def _quoted(body: bytes) -> str:
    return "".join(filter(str.isprintable, body[:_QUOTED].decode("utf-8", "replace"))).strip()
