"""HTTP calls to the loopback: standard library only, and no proxy in between."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from typing import Any
from urllib.parse import urlsplit

from otel_xray.errors import OtelXrayError

TIMEOUT = 30.0


@dataclass(frozen=True, slots=True)
class Answer:
    """Status, headers (lower case) and body of a response."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        """Return the body as what its JSON says."""
        return json.loads(self.body)


def call(method: str, url: str, body: Any = None, timeout: float = TIMEOUT) -> Answer:
    """
    Send a request, *body* as JSON.

    Raises:
        OtelXrayError: nobody answered.
    """
    parts = urlsplit(url)
    path = f"{parts.path or '/'}{'?' if parts.query else ''}{parts.query}"
    sent = None if body is None else json.dumps(body).encode()
    connection = HTTPConnection(parts.netloc, timeout=timeout)
    try:
        connection.request(method, path, sent, {"Content-Type": "application/json"})
        response = connection.getresponse()
        headers = {name.lower(): value for name, value in response.getheaders()}
        return Answer(response.status, headers, response.read())
    except (OSError, HTTPException) as error:
        msg = f"No answer to {method} {url}: {error!r}"
        raise OtelXrayError(msg) from error
    finally:
        connection.close()
