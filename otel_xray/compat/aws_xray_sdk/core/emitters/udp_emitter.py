"""The way to the X-Ray daemon."""

from __future__ import annotations

import logging
from typing import Any

from ..daemon_config import DaemonConfig
from ..exceptions.exceptions import InvalidDaemonAddressException

log = logging.getLogger(__name__)

PROTOCOL_HEADER = '{"format":"json","version":1}'
PROTOCOL_DELIMITER = "\n"
DEFAULT_DAEMON_ADDRESS = "127.0.0.1:2000"


class UDPEmitter:
    """
    Sends entities to the daemon.

    This very class leaves the entities that have spans to OpenTelemetry's exporters; classes that
    are derived from it send them themselves.
    """

    def __init__(self, daemon_address: str = DEFAULT_DAEMON_ADDRESS) -> None:
        self._ip = ""
        self._port = 0
        self._opened: Any = None
        self.set_daemon_address(daemon_address)

    def __del__(self) -> None:
        if getattr(self, "_opened", None) is not None:
            self._opened.close()

    def send_entity(self, entity: Any) -> None:
        """Send the document of *entity*; a failure is reported in the log."""
        if type(self) is UDPEmitter and getattr(entity, "span", None) is not None:
            return
        try:
            message = f"{PROTOCOL_HEADER}{PROTOCOL_DELIMITER}{entity.serialize()}"
            log.debug("Sending to %s:%s: %s", self._ip, self._port, message)
            self._send_data(message)
        except Exception:
            log.exception("Failed to send entity to Daemon.")

    def set_daemon_address(self, address: str | None) -> None:
        """
        Send to the UDP address in *address*, as the X-Ray SDK writes it.

        Raises:
            InvalidDaemonAddressException: it cannot be read.
        """
        if address:
            config = DaemonConfig(address)
            self._ip, self._port = config.udp_ip, config.udp_port

    @property
    def ip(self) -> str:
        """The daemon's host."""
        return self._ip

    @property
    def port(self) -> int:
        """The daemon's UDP port."""
        return self._port

    @property
    def _socket(self) -> Any:
        if self._opened is None:
            import socket

            self._opened = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            self._opened.setblocking(False)
        return self._opened

    def _send_data(self, data: str) -> None:
        self._socket.sendto(data.encode("utf-8"), (self._ip, self._port))

    def _parse_address(self, daemon_address: str) -> tuple[str, int]:
        try:
            host, port = daemon_address.split(":")[:2]
            return host, int(port)
        except (AttributeError, ValueError):
            msg = f"Invalid daemon address {daemon_address} specified."
            raise InvalidDaemonAddressException(msg) from None
