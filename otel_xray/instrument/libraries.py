"""Which libraries are instrumented by what, and the switch for each."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from types import MappingProxyType, ModuleType
from typing import Protocol, cast

from otel_xray.errors import ConfigurationError
from otel_xray.instrument import import_hook
from otel_xray.instrument.shield import Shield


class Adapter(Protocol):
    """What a module that instruments one library offers."""

    def apply(self, module: ModuleType) -> None:
        """Instrument the classes of *module*; harmless when it is repeated."""
        ...

    def remove(self) -> None:
        """Put back what `apply` has replaced."""
        ...


@dataclass(frozen=True, slots=True)
class Library:
    """
    A library that can be instrumented.

    Attributes:
        target: the module of the library whose classes are instrumented.
        adapter: our module that does it, an `Adapter`; loaded when the target is.
    """

    target: str
    adapter: str


LIBRARIES: Mapping[str, Library] = MappingProxyType(
    {
        "botocore": Library("botocore.client", "otel_xray.instrument.botocore"),
        "requests": Library("requests.adapters", "otel_xray.instrument.requests"),
    }
)
ALIASES: Mapping[str, str] = MappingProxyType({"boto3": "botocore"})

_shield = Shield("instrumenting a library")
_ceded: dict[str, Callable[[], bool]] = {}


def install(*names: str) -> None:
    """
    Trace the calls that the application makes through *names*; through all that are known if none.

    A library that is not imported yet is instrumented when the application imports it. Objects
    that exist already (clients, sessions) are traced from now on, too. Harmless when repeated.
    What is left to somebody else is passed over; see `cede`.

    Raises:
        ConfigurationError: a name is unknown; nothing is instrumented then.
    """
    for name, library in _chosen(names):
        if is_ceded(name):
            continue
        import_hook.watch(library.target, partial(_apply, library))
        if library.target in sys.modules:
            # Waits for another thread that is just importing it.
            _apply(library, import_module(library.target))


def uninstall(*names: str) -> None:
    """
    Undo `install` for *names*; for all that are known if none.

    Raises:
        ConfigurationError: a name is unknown; nothing is undone then.
    """
    for _, library in _chosen(names):
        import_hook.forget(library.target)
        if library.adapter in sys.modules:
            _adapter(library).remove()


def cede(name: str, is_there: Callable[[], bool]) -> None:
    """
    Leave *name* to another instrumentation: undo ours, and let `install` pass it over.

    Two on one library would make two spans of each call.

    Args:
        name: of the library; one that is not known here is anybody's anyway.
        is_there: says whether the other instrumentation still is.
    """
    if name in LIBRARIES:
        _ceded[name] = is_there
        uninstall(name)


def is_ceded(name: str) -> bool:
    """Say whether *name* is left to another instrumentation, which still is there."""
    is_there = _ceded.get(name)
    return is_there is not None and is_there()


def _chosen(names: Iterable[str]) -> list[tuple[str, Library]]:
    wanted = [ALIASES.get(name, name) for name in names] or list(LIBRARIES)
    for name in wanted:
        if name not in LIBRARIES:
            known = ", ".join(sorted([*LIBRARIES, *ALIASES]))
            msg = f"There is no instrumentation for {name!r}; choose from {known}."
            raise ConfigurationError(msg)
    return [(name, LIBRARIES[name]) for name in dict.fromkeys(wanted)]


def _apply(library: Library, module: ModuleType) -> None:
    with _shield:
        _adapter(library).apply(module)


def _adapter(library: Library) -> Adapter:
    return cast("Adapter", import_module(library.adapter))
