"""
Becoming an internal extension that is told the platform's figures.

An extension that registers for no event at all has to ask for its next event once, and then takes
part in nothing: no invocation waits for it, and the environment freezes as it would without it.
That it is there makes Lambda send SIGTERM, half a second before it ends the environment. Extensions
API 2020-01-01 and Telemetry API 2022-07-01; both only until the runtime asks for an invocation.
"""

from __future__ import annotations

import json
import socket
from collections.abc import Sequence

from otel_xray.aws_lambda.telemetry import http_messages
from otel_xray.aws_lambda.telemetry.http_messages import Message, NotHttp

NAME = "otel-xray"
SCHEMA = "2022-12-13"
SCHEMA_OF_MANAGED = "2025-01-29"  # the only one on managed instances

_EXTENSION = "/2020-01-01/extension"
_TELEMETRY = "/2022-07-01/telemetry"
_NAME = "Lambda-Extension-Name"
_IDENTIFIER = "Lambda-Extension-Identifier"
_JSON = {"Content-Type": "application/json"}
# The least that the API allows: figures shall come as early as they can.
_BUFFERING = {"maxItems": 1000, "maxBytes": 262_144, "timeoutMs": 25}
_TIMEOUT = 1.0
_LARGEST_ANSWER = 1 << 16
_OK, _BAD_REQUEST = 200, 400


class Refused(Exception):
    """The platform does not let us; the text says who answered what."""


class Extension:
    """
    A registered extension.

    Attributes:
        identifier: what the platform calls it.
    """

    def __init__(self, address: str, name: str = NAME) -> None:
        """
        Register.

        Args:
            address: host and port of the Runtime API.
            name: of the extension; unique in its environment.

        Raises:
            Refused: this cannot be, or not any more.
        """
        self._address = address
        self._waiting: socket.socket | None = None
        registered = self._call("POST", f"{_EXTENSION}/register", {_NAME: name}, {"events": []})
        self.identifier = registered.headers.get(_IDENTIFIER.lower(), "")

    def subscribe(self, uri: str, schemas: Sequence[str]) -> None:
        """
        Let the platform's events be posted to *uri*, in the first of *schemas* that it accepts.

        Raises:
            Refused: it accepts none.
        """
        for number, schema in enumerate(schemas, 1):
            wanted = {
                "schemaVersion": schema,
                "types": ["platform"],
                "buffering": _BUFFERING,
                "destination": {"protocol": "HTTP", "URI": uri},
            }
            answer = self._ask("PUT", _TELEMETRY, {_IDENTIFIER: self.identifier}, wanted)
            if answer.status != _BAD_REQUEST or number == len(schemas):
                _check(answer, f"PUT {_TELEMETRY}")
                return

    def wait(self) -> None:
        """
        Ask for the next event, which never comes; the initialization does not end before that.

        Raises:
            Refused: the platform is not there any more.
        """
        headers = {_IDENTIFIER: self.identifier}
        try:
            self._waiting = self._connect()
            self._waiting.sendall(http_messages.request("GET", f"{_EXTENSION}/event/next", headers))
        except OSError as error:
            raise _unreachable(self._address, error) from error

    def close(self) -> None:
        """Let go of the connection that waits."""
        if self._waiting is not None:
            self._waiting.close()

    def _call(self, method: str, path: str, headers: dict[str, str], document: object) -> Message:
        answer = self._ask(method, path, headers, document)
        _check(answer, f"{method} {path}")
        return answer

    def _ask(self, method: str, path: str, headers: dict[str, str], document: object) -> Message:
        body = json.dumps(document).encode()
        try:
            with self._connect() as connection:
                connection.sendall(http_messages.request(method, path, {**headers, **_JSON}, body))
                return http_messages.read(connection, _LARGEST_ANSWER)
        except (OSError, NotHttp) as error:
            raise _unreachable(self._address, error) from error

    def _connect(self) -> socket.socket:
        host, _, port = self._address.rpartition(":")
        if not (port.isascii() and port.isdecimal()):
            msg = f"AWS_LAMBDA_RUNTIME_API is {self._address!r}, not host:port"
            raise Refused(msg)
        return socket.create_connection((host, int(port)), _TIMEOUT)


def _check(answer: Message, asked: str) -> None:
    """Accept 200 only: the local emulator says with 202 that it has no telemetry."""
    if answer.status != _OK:
        said = "".join(filter(str.isprintable, answer.body[:200].decode("utf-8", "replace")))
        msg = f"{asked} was answered with {answer.status or answer.first!r} ({said.strip()})"
        raise Refused(msg)


def _unreachable(address: str, error: Exception) -> Refused:
    reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return Refused(f"cannot reach the Runtime API at {address} ({reason})")
