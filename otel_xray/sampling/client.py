"""
X-Ray's sampling service over HTTP, unsigned: the daemon's, a collector's proxy's or the console's.

`http.client` on purpose: the client libraries cost more than all the rest of sampling does.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from http.client import HTTPConnection, HTTPException
from typing import Any, cast

from otel_xray.errors import TransportError

TIMEOUT = 10.0
LARGEST_ANSWER = 1 << 20
_QUOTED = 200
_HEADERS = {"Content-Type": "application/json"}


class SamplingClient:
    """Asks one server, with a connection of its own each time: it is asked once in ten seconds."""

    def __init__(self, host: str, port: int, *, timeout: float = TIMEOUT) -> None:
        """
        Prepare; nothing is opened yet.

        Args:
            host: name or address.
            port: of TCP.
            timeout: seconds that the server may be silent.
        """
        self._host = host
        self._port = port
        self._timeout = timeout

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
    ) -> Mapping[str, Any]:
        """
        Report statistics, and return what is aimed at; an empty answer says nothing.

        Raises:
            TransportError: there is no answer, or none that is JSON.
        """
        documents = {"SamplingStatisticsDocuments": list(SamplingStatisticsDocuments)}
        return self._post("/SamplingTargets", documents)

    def _post(self, path: str, document: Mapping[str, Any]) -> Mapping[str, Any]:
        url = f"http://{self._host}:{self._port}{path}"
        connection = HTTPConnection(self._host, self._port, timeout=self._timeout)
        try:
            connection.request("POST", path, json.dumps(document).encode(), _HEADERS)
            with connection.getresponse() as response:
                body = response.read(LARGEST_ANSWER + 1)
        except (OSError, HTTPException) as error:
            msg = f"cannot reach {url} ({str(error) or type(error).__name__})"
            raise TransportError(msg) from error
        finally:
            connection.close()
        if not 200 <= response.status < 300:  # noqa: PLR2004  HTTP's definition of success
            msg = f"{url} answered {response.status} ({_quoted(body) or response.reason})"
            raise TransportError(msg)
        return _decoded(body, url)


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
