"""
Instrumentation of the libraries that applications call AWS and HTTP services with.

It rests on the OpenTelemetry API alone, and loads neither that nor the libraries before the
application imports them.
"""

from __future__ import annotations

from otel_xray.instrument.libraries import install as install
from otel_xray.instrument.libraries import install_chosen as install_chosen
from otel_xray.instrument.libraries import uninstall as uninstall

__all__ = ["install", "install_chosen", "uninstall"]
