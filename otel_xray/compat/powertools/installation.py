"""How ``aws_lambda_powertools.tracing`` comes to mean this package's, Powertools or not."""

from __future__ import annotations

import sys
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType

from otel_xray import settings
from otel_xray.compat import installation as alias
from otel_xray.instrument import import_hook

PACKAGE = "aws_lambda_powertools"
TRACING = f"{PACKAGE}.tracing"

_HOLDERS = (PACKAGE, f"{PACKAGE}.middleware_factory.factory")  # modules that have the Tracer, too

_replaced: dict[str, ModuleType | None] = {}


def install() -> None:
    """
    Make Powertools' Tracer ours, on the X-Ray SDK's alias, which is installed with it.

    Where Powertools is not installed, ``aws_lambda_powertools`` becomes a package with a Tracer
    and nothing else. Harmless when repeated; does nothing when ``OTEL_XRAY_COMPAT`` is false.
    """
    if _replaced or not settings.alias_enabled():
        return
    alias.install()
    from otel_xray.compat.powertools import base, tracing  # noqa: PLC0415  they load OpenTelemetry

    absent = PACKAGE not in sys.modules and find_spec(PACKAGE) is None
    modules = {
        **({PACKAGE: _package()} if absent else {}),
        TRACING: tracing,
        f"{TRACING}.tracer": tracing,
        f"{TRACING}.extensions": tracing,
        f"{TRACING}.base": base,
    }
    for name, module in modules.items():
        _replaced[name] = sys.modules.get(name)
        sys.modules[name] = module
    _give(tracing)
    import_hook.watch(PACKAGE, lambda _: _give(tracing), key=__name__)


def uninstall() -> None:
    """Make Powertools and ``aws_xray_sdk`` what they were before; harmless when repeated."""
    if not _replaced:
        return
    import_hook.forget(PACKAGE, key=__name__)
    for name, module in _replaced.items():
        sys.modules.pop(name)
        if module is not None:
            sys.modules[name] = module
    _replaced.clear()
    alias.uninstall()
    if PACKAGE in sys.modules:
        _give(import_module(TRACING))


def _give(tracing: ModuleType) -> None:
    """Put *tracing* where Powertools' own modules refer to it."""
    for holder in [sys.modules[name] for name in _HOLDERS if name in sys.modules]:
        vars(holder)["Tracer"] = vars(tracing)["Tracer"]
    if PACKAGE in sys.modules:
        vars(sys.modules[PACKAGE])["tracing"] = tracing


def _package() -> ModuleType:
    package = ModuleType(PACKAGE, "Powertools is not installed; this is its Tracer alone.")
    package.__path__ = []
    return package
