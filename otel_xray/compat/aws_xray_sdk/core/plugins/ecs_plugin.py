"""The ECS container in which the process runs."""

from __future__ import annotations

import logging

log = logging.getLogger(__name__)

SERVICE_NAME = "ecs"
ORIGIN = "AWS::ECS::Container"

runtime_context: dict[str, str] | None = None


def initialize() -> None:
    """Keep the host's name, which is the container's, in `runtime_context`."""
    global runtime_context  # noqa: PLW0603  where X-Ray code looks for it
    import socket

    try:
        host = socket.gethostname()
        runtime_context = {"container": host} if host else {}
    except Exception:  # noqa: BLE001  a description must not cost the start
        runtime_context = None
        log.warning("The host has no name; segments do not name a container.")
