"""The only part of the console with sockets: HTTP on two ports, UDP on one."""

from otel_xray.console.server.console import ConsoleServer, ConsoleSettings

__all__ = ["ConsoleServer", "ConsoleSettings"]
