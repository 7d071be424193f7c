"""Where the X-Ray daemon listens."""

from __future__ import annotations

from otel_xray import settings

from .exceptions.exceptions import InvalidDaemonAddressException

DAEMON_ADDRESS_KEY = "AWS_XRAY_DAEMON_ADDRESS"
DEFAULT_ADDRESS = "127.0.0.1:2000"


class DaemonConfig:
    """
    The daemon's addresses: UDP for segments, TCP for sampling rules.

    Attributes:
        udp_ip: host of the one.
        udp_port: port of the one.
        tcp_ip: host of the other.
        tcp_port: port of the other.
    """

    def __init__(self, daemon_address: str | None = DEFAULT_ADDRESS) -> None:
        """
        Read an address.

        Args:
            daemon_address: ``host:port``, or ``tcp:host:port udp:host:port`` in either order; the
                variable ``AWS_XRAY_DAEMON_ADDRESS`` beats it.

        Raises:
            InvalidDaemonAddressException: it cannot be read.
        """
        given = DEFAULT_ADDRESS if daemon_address is None else daemon_address
        address = settings.environment().get(DAEMON_ADDRESS_KEY, given)
        parts = [part.split(":") for part in address.split(" ")]
        try:
            udp, tcp = _both(parts)
            self._udp_ip, self._udp_port = udp[0], int(udp[1])
            self._tcp_ip, self._tcp_port = tcp[0], int(tcp[1])
        except (IndexError, KeyError, ValueError):
            msg = (
                f"Invalid daemon address {address} specified; write host:port, or "
                "tcp:host:port udp:host:port."
            )
            raise InvalidDaemonAddressException(msg) from None

    @property
    def udp_ip(self) -> str:
        """Host that takes segments."""
        return self._udp_ip

    @property
    def udp_port(self) -> int:
        """Port that takes segments."""
        return self._udp_port

    @property
    def tcp_ip(self) -> str:
        """Host that gives sampling rules."""
        return self._tcp_ip

    @property
    def tcp_port(self) -> int:
        """Port that gives sampling rules."""
        return self._tcp_port


def _both(parts: list[list[str]]) -> tuple[list[str], list[str]]:
    """Return host and port for UDP, and for TCP."""
    if len(parts) == 1:
        return parts[0], parts[0]
    first, second = parts
    named = {first[0]: first[1:], second[0]: second[1:]}
    return named["udp"], named["tcp"]
