"""
Which libraries are instrumented by what, and the switch for each.

What a library costs is paid when the application imports it: only then are its instrumentation and
the settings loaded.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from importlib import import_module
from types import MappingProxyType, ModuleType
from typing import TYPE_CHECKING, NamedTuple, cast

from otel_xray.errors import ConfigurationError
from otel_xray.instrument import import_hook
from otel_xray.instrument.shield import Shield

if TYPE_CHECKING:
    from typing import Protocol

    from otel_xray.instrument.contrib import Contrib
    from otel_xray.settings import Settings

    class Adapter(Protocol):
        """What instruments one library."""

        def apply(self, module: ModuleType) -> None:
            """Instrument the classes of *module*; harmless when it is repeated."""
            ...

        def remove(self) -> None:
            """Put back what `apply` has replaced."""
            ...


class Library(NamedTuple):  # a dataclass would double the cost of `install`
    """
    A library that we instrument ourselves.

    Attributes:
        target: the module of the library whose classes are instrumented.
        adapter: our module that does it, an `Adapter`; loaded when the target is.
    """

    target: str
    adapter: str

    def apply(self, module: ModuleType) -> None:
        """Instrument *module*."""
        self._adapter().apply(module)

    def remove(self) -> None:
        """Put back what `apply` has replaced."""
        if self.adapter in sys.modules:
            self._adapter().remove()

    def _adapter(self) -> Adapter:
        return cast("Adapter", import_module(self.adapter))


LIBRARIES: Mapping[str, Library] = MappingProxyType(
    {
        "aiobotocore": Library("aiobotocore.client", "otel_xray.instrument.aiobotocore"),
        "botocore": Library("botocore.client", "otel_xray.instrument.botocore"),
        "requests": Library("requests.sessions", "otel_xray.instrument.requests"),
        "s3transfer": Library("s3transfer.futures", "otel_xray.instrument.s3transfer"),
    }
)
ALIASES: Mapping[str, str] = MappingProxyType(
    {
        "aioboto3": "aiobotocore",
        "boto3": "botocore",
        "sqlalchemy_core": "sqlalchemy",  # as the X-Ray SDK calls it
    }
)
# What is instrumented, and left to others, together with a library: boto3 sends files in threads.
COMPANIONS: Mapping[str, tuple[str, ...]] = MappingProxyType({"botocore": ("s3transfer",)})

_EVERY = "*"

_log = logging.getLogger(__name__)
_shield = Shield("instrumenting a library")
_ceded: dict[str, Callable[[], bool]] = {}
_told: set[str] = set()


def install(*names: str) -> None:
    """
    Trace the calls that the application makes through *names*.

    If none is named: through all that we instrument ourselves, except those that
    ``OTEL_XRAY_INSTRUMENT`` leaves out. For those that OpenTelemetry has an instrumentation for, it
    is switched on where it is installed; see `otel_xray.instrument.contrib`.

    A library that is not imported yet is instrumented when the application imports it. Objects
    that exist already (clients, sessions) are traced from now on, too, if we instrument it
    ourselves. Harmless when repeated. What is left to somebody else is passed over; see `cede`.

    Raises:
        ConfigurationError: a name is unknown; nothing is instrumented then.
    """
    if names:
        _install(_chosen(names), _is_allowed)
    else:
        _install(dict(LIBRARIES), _is_chosen)


def install_chosen(decided: Settings) -> None:
    """
    Trace the calls through what ``OTEL_XRAY_INSTRUMENT`` names, by default as `install` does.

    Never raises: an unknown name is a line in the log.
    """
    if decided.libraries is None:
        install()
        return
    chosen: dict[str, Library | Contrib] = {}
    for name in decided.libraries:
        try:
            chosen.update(_chosen([name]))
        except ConfigurationError as error:
            _tell(f"OTEL_XRAY_INSTRUMENT: {error}")
    _install(chosen, _is_allowed)


def uninstall(*names: str) -> None:
    """
    Undo `install` for *names*; for all that are known if none.

    Raises:
        ConfigurationError: a name is unknown; nothing is undone then.
    """
    for name, library in (_chosen(names) if names else _known()).items():
        if not is_ceded(name):
            _undo(name, library)


def cede(name: str, is_there: Callable[[], bool]) -> None:
    """
    Leave *name* to another instrumentation: undo ours, and let `install` pass it over.

    Two on one library would make two spans of each call.

    Args:
        name: of the library; one that is not known here is anybody's anyway.
        is_there: says whether the other instrumentation still is.
    """
    known = _known()
    own = _key(name)
    for one in (own, *COMPANIONS.get(own, ())):
        if one in known:
            _undo(one, known[one])
        _ceded[one] = is_there


def is_ceded(name: str) -> bool:
    """Say whether *name* is left to another instrumentation, which still is there."""
    is_there = _ceded.get(name)
    return is_there is not None and is_there()


# --- names --------------------------------------------------------------------------------------


def _chosen(names: Iterable[str]) -> dict[str, Library | Contrib]:
    found: dict[str, Library | Contrib] = {}
    for name in names:
        found.update(_named(name))
    return found


def _named(name: str) -> Mapping[str, Library | Contrib]:
    key = _key(name)
    if key in LIBRARIES:
        return {one: LIBRARIES[one] for one in (key, *COMPANIONS.get(key, ()))}
    from otel_xray.instrument.contrib import CONTRIB, GROUPS  # noqa: PLC0415  few name these

    if key not in CONTRIB and key not in GROUPS:
        known = ", ".join(sorted([*LIBRARIES, *ALIASES, *CONTRIB, *GROUPS]))
        msg = f"There is no instrumentation for {name!r}; choose from {known}."
        raise ConfigurationError(msg)
    return {one: CONTRIB[one] for one in GROUPS.get(key, (key,))}


def _known() -> dict[str, Library | Contrib]:
    contrib = sys.modules.get("otel_xray.instrument.contrib")
    return {**LIBRARIES, **(contrib.CONTRIB if contrib else {})}


def _key(name: str) -> str:
    written = name.strip().lower().replace("-", "_")
    return ALIASES.get(written, written)


# --- switching ----------------------------------------------------------------------------------


def _install(
    chosen: Mapping[str, Library | Contrib], is_wanted: Callable[[str, Settings], bool]
) -> None:
    for name, library in chosen.items():
        if is_ceded(name) or getattr(library, "included", "") in chosen:
            continue
        apply = partial(_apply, name, library, is_wanted)
        import_hook.watch(library.target, apply, name)
        if library.target in sys.modules:
            # Waits for another thread that is just importing it.
            apply(import_module(library.target))


def _undo(name: str, library: Library | Contrib) -> None:
    import_hook.forget(library.target, name)
    with _shield:
        library.remove()


def _apply(
    name: str,
    library: Adapter,
    is_wanted: Callable[[str, Settings], bool],
    module: ModuleType,
) -> None:
    with _shield:
        from otel_xray import settings  # noqa: PLC0415  who imports no library needs none

        if is_wanted(name, settings.load()):
            library.apply(module)


def _is_allowed(name: str, decided: Settings) -> bool:
    return {name, _EVERY}.isdisjoint(map(_key, decided.untraced_libraries))


def _is_chosen(name: str, decided: Settings) -> bool:
    chosen = decided.libraries
    return _is_allowed(name, decided) and (chosen is None or name in _with_companions(chosen))


def _with_companions(names: Iterable[str]) -> set[str]:
    """Return the libraries *names* with their companions."""
    return {one for key in map(_key, names) for one in (key, *COMPANIONS.get(key, ()))}


def _tell(text: str) -> None:
    if text not in _told:
        _told.add(text)
        _log.warning("%s", text)
