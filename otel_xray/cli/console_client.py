"""Questions to a running console: standard library only, and no proxy in between."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any
from urllib.parse import SplitResult, parse_qs, urlencode, urlsplit

from otel_xray.errors import ConfigurationError

_CONNECTIONS: Mapping[str, type[HTTPConnection]] = {
    "http": HTTPConnection,
    "https": HTTPSConnection,
}
_SECONDS = 30
_OK = 200


@dataclass(frozen=True, slots=True)
class ConsoleClient:
    """
    A running console.

    Attributes:
        url: its address, without anything secret.
    """

    url: str
    _place: SplitResult = field(repr=False)
    _token: str | None = field(repr=False)

    @classmethod
    def at(cls, url: str) -> ConsoleClient:
        """
        Return the console at *url*, as it printed it: with the token, where it wants one.

        Raises:
            ConfigurationError: it is no address.
        """
        place = _split(url)
        if place is None:
            msg = f"{url!r:.200} is no console's address; write one as http://127.0.0.1:2000/."
            raise ConfigurationError(msg)
        token = parse_qs(place.query).get("token", [None])[0]
        return cls(f"{place.scheme}://{place.netloc}{place.path}", place, token)

    def ask(self, path: str, parameters: Sequence[tuple[str, object]]) -> dict[str, Any]:
        """
        Return the JSON object that is the answer to a GET.

        Raises:
            ConfigurationError: nobody answers, or it is a refusal, or no console.
        """
        status, body = self._get(path, parameters)
        try:
            found: Any = json.loads(body)
        except ValueError:
            found = None
        if not isinstance(found, dict):
            msg = f"What answers at {self.url} is no otel-xray console."
            raise ConfigurationError(msg)
        members: dict[str, Any] = {**found}
        if status != _OK:
            said = members.get("message", f"status {status}")
            msg = f"The console at {self.url} does not tell: {said}"
            raise ConfigurationError(msg)
        return members

    def _get(self, path: str, parameters: Sequence[tuple[str, object]]) -> tuple[int, bytes]:
        place = self._place
        headers = {} if self._token is None else {"Authorization": f"Bearer {self._token}"}
        connection = _CONNECTIONS[place.scheme](place.netloc, timeout=_SECONDS)
        try:
            target = f"{place.path.rstrip('/')}{path}?{urlencode(parameters)}"
            connection.request("GET", target, None, headers)
            answer = connection.getresponse()
            return answer.status, answer.read()
        except (OSError, HTTPException) as error:
            msg = f"No console answers at {self.url}: {error!r}"
            raise ConfigurationError(msg) from error
        finally:
            connection.close()


def _split(url: str) -> SplitResult | None:
    try:
        place = urlsplit(url)
        whole = place.scheme in _CONNECTIONS and bool(place.hostname) and place.port != 0
    except ValueError:
        return None
    return place if whole and url.isascii() and url.isprintable() else None
