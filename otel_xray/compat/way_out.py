"""
Where spans go under the alias while no backend is named: where the X-Ray SDK would send.

That is the daemon, at the address of the recorder's emitter; or nowhere, when the application has
an emitter of its own, which then is the way out. This module loads nothing of OpenTelemetry.
"""

from __future__ import annotations

import sys

from otel_xray import settings
from otel_xray.setting_values import Address, ExporterKind
from otel_xray.settings import Fallback

_DAEMON = "the X-Ray SDK's alias sends to the daemon"
_EMITTER = "the application has an emitter of its own"


def to_daemon(host: str, port: int) -> None:
    """Send to the X-Ray daemon that listens there."""
    _fall_back_to(Fallback((ExporterKind.XRAY,), _DAEMON, Address(host, port)))


def to_emitter() -> None:
    """Send nothing: an emitter gets the segments."""
    _fall_back_to(Fallback((ExporterKind.NONE,), _EMITTER))


def name_service(name: str) -> None:
    """Call the service *name* where no variable does, unless it has a name already."""
    fallback = settings.fallback()
    if fallback is not None and not fallback.service_name:
        settings.fall_back_to(fallback._replace(service_name=name))


def forget() -> None:
    """Send where spans go without the alias."""
    _fall_back_to(None)


def _fall_back_to(fallback: Fallback | None) -> None:
    before = settings.fallback()
    if fallback is not None and before is not None:
        fallback = fallback._replace(service_name=before.service_name)
    if fallback == before:
        return
    settings.fall_back_to(fallback)
    startup = sys.modules.get("otel_xray.startup")
    if startup is not None:
        startup.decide_again()
