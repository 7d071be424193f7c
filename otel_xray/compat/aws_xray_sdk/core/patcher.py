"""
Patches: libraries whose calls become subsegments, and the application's own functions.

A library that is not loaded yet is patched when the application imports it, and so is a module of
the application; nothing is loaded from here that the application does not use.
"""

from __future__ import annotations

import importlib
import importlib.util
import inspect
import logging
import os
import sys
from collections.abc import Callable, Iterable
from functools import partial
from types import ModuleType
from typing import TYPE_CHECKING, Any

from otel_xray.instrument import import_hook, libraries
from otel_xray.instrument.shield import Shield

from .. import global_sdk_config
from .utils.compat import is_classmethod, is_instance_method

if TYPE_CHECKING:
    import re

log = logging.getLogger(__name__)

# library → the module after whose import it is complete enough to be patched
_TARGETS = {
    "aiobotocore": "aiobotocore.client",
    "botocore": "botocore.client",
    "pynamodb": "pynamodb",
    "requests": "requests",
    "sqlite3": "sqlite3",
    "mysql": "mysql.connector",
    "httplib": "http.client",
    "pymongo": "pymongo",
    "pymysql": "pymysql",
    "psycopg2": "psycopg2",
    "psycopg": "psycopg",
    "pg8000": "pg8000",
    "sqlalchemy_core": "sqlalchemy",
    "httpx": "httpx",
}
_MEANT = {  # by a name, where that is not the name itself
    "boto3": ("botocore",),
    "aioboto3": ("aiobotocore",),
    "pynamodb": ("botocore", "pynamodb"),
}

SUPPORTED_MODULES = tuple(_TARGETS)
# Other libraries are made of it, whose calls would be subsegments twice.
NO_DOUBLE_PATCH = tuple(name for name in SUPPORTED_MODULES if name != "httplib")

_PATCHED_MODULES: set[str] = set()

_shield = Shield("patching a module for X-Ray")


def patch_all(double_patch: bool = False) -> None:
    """
    Patch every library that is supported, as far as the application uses it.

    Args:
        double_patch: httplib, too, on which other libraries rest.
    """
    patch(SUPPORTED_MODULES if double_patch else NO_DOUBLE_PATCH, raise_errors=False)


def patch(
    modules_to_patch: Iterable[str],
    raise_errors: bool = True,
    ignore_module_patterns: Iterable[str] | None = None,
) -> None:
    """
    Patch libraries, and modules of the application with all that are below them.

    Args:
        modules_to_patch: names of libraries, and of modules that are found from the current
            directory. Every function and method of such a module becomes a subsegment.
        raise_errors: a library that is missing, or cannot be patched, raises.
        ignore_module_patterns: regular expressions; modules of the application whose names begin
            like that are left alone.

    Raises:
        Exception: a name is neither; nothing is patched then.
        ImportError: a library is missing.
    """
    names = list(modules_to_patch)
    if not global_sdk_config.sdk_enabled():
        log.debug("The SDK is disabled; %s stays as it is.", ", ".join(names))
        return
    wanted = dict.fromkeys(one for name in names for one in _MEANT.get(name, (name,)))
    own = [name for name in wanted if name not in _TARGETS]
    unknown = [name for name in own if not _is_valid_import(name)]
    if unknown:
        msg = f"modules {', '.join(unknown)} are currently not supported for patching"
        raise Exception(msg)  # noqa: TRY002  the contract
    for name in wanted:
        if name in _TARGETS:
            _patch_module(name, raise_errors)
    if own:
        import re

        ignored = [re.compile(pattern) for pattern in ignore_module_patterns or ()]
        for name in own:
            _external_module_patch(name, ignored)


# --- libraries ----------------------------------------------------------------------------------


def _patch_module(module_to_patch: str, raise_errors: bool = True) -> None:
    try:
        _patch(module_to_patch, required=raise_errors)
    except Exception as error:
        if raise_errors:
            raise
        log.debug("%s is not patched: %s", module_to_patch, error)


def _patch(library: str, *, required: bool) -> None:
    if library in _PATCHED_MODULES:
        log.debug("%s is patched already.", library)
        return
    libraries.cede(library, _in_use())
    target = _TARGETS[library]
    if target in sys.modules:
        importlib.import_module(target)  # waits for another thread that is just importing it
        _apply(library)
        return
    if required:
        _require(target.partition(".")[0])
    _when_imported(target, partial(_apply_late, library), key=library)


def _apply(library: str) -> None:
    importlib.import_module(f"..ext.{library}", __package__).patch()
    _PATCHED_MODULES.add(library)
    log.info("%s is patched.", library)


def _apply_late(library: str, _module: ModuleType) -> None:
    if library not in _PATCHED_MODULES:
        _apply(library)


def _require(package: str) -> None:
    if package not in sys.modules and importlib.util.find_spec(package) is None:
        msg = f"No module named {package!r}"
        raise ModuleNotFoundError(msg, name=package)


def _when_imported(name: str, action: Callable[[ModuleType], None], key: str = "") -> None:
    """Do *action* once, after the next import of *name*, if this module is still in use then."""
    in_use = _in_use()

    def act(module: ModuleType) -> None:
        import_hook.forget(name, owner)
        if in_use():
            with _shield:
                action(module)

    owner = f"{__name__}.{key}"
    import_hook.watch(name, act, owner)


def _in_use() -> Callable[[], bool]:
    """Return what says whether this module still is the one of its name, or taken back."""
    module = sys.modules.get(__name__)
    return lambda: sys.modules.get(__name__) is module


# --- the application's own modules --------------------------------------------------------------


def _is_valid_import(module: str) -> bool:
    """Say whether *module* is a module or a package, seen from the current directory."""
    path = module.replace(".", "/")
    files = (f"{place}.{kind}" for place in (f"{path}/__init__", path) for kind in ("py", "pyc"))
    return any(map(os.path.isfile, files))


def _external_module_patch(module: str, ignore_module_patterns: list[re.Pattern[str]]) -> None:
    """Patch *module* and, where it is a package, everything in it."""
    if module.startswith("."):
        msg = f"relative packages not supported for patching: {module}"
        raise Exception(msg)  # noqa: TRY002  the contract
    import pkgutil

    if any(pattern.match(module) for pattern in ignore_module_patterns):
        log.debug("%s is to be ignored.", module)
    elif module in _PATCHED_MODULES:
        log.debug("%s is patched already.", module)
    else:
        if module in sys.modules:
            _on_import(sys.modules[module])
        else:
            _when_imported(module, _on_import)
        _PATCHED_MODULES.add(module)
        log.info("%s is patched.", module)
    for _finder, name, _is_package in pkgutil.iter_modules([module.replace(".", "/")]):
        _external_module_patch(f"{module}.{name}", ignore_module_patterns)


def _on_import(module: ModuleType) -> None:
    """Patch the functions and classes that *module* defines."""
    done: set[type[Any]] = set()
    for name, member in list(vars(module).items()):
        if getattr(member, "__module__", None) != module.__name__:
            continue  # imported
        if inspect.isfunction(member):
            _patch_func(module, name, member)
        elif inspect.isclass(member):
            _patch_class(module, member, done)


def _patch_class(module: ModuleType, cls: type[Any], done: set[type[Any]]) -> None:
    """Patch the methods of *cls*, and the classes in it; not what it inherits."""
    if cls in done:
        return
    done.add(cls)
    for name in list(vars(cls)):
        member = getattr(cls, name, None)
        if getattr(member, "__module__", None) != module.__name__:
            continue
        if inspect.isclass(member):
            _patch_class(module, member, done)
        elif inspect.ismethod(member) and is_classmethod(member):
            log.warning(
                "The classmethod %s.%s is not patched; decorate it by hand.", cls.__name__, name
            )
        elif inspect.isfunction(member):
            static = not is_instance_method(cls, name, member)
            _patch_func(cls, name, member, staticmethod if static else None)


def _patch_func(
    parent: Any, func_name: str, func: Callable[..., Any], modifier: Any = None
) -> None:
    from . import xray_recorder

    special = func_name.startswith("__") and func_name.endswith("__")
    name = f"{parent.__name__}.{func_name}" if special else func_name
    captured = xray_recorder.capture(name=name)(func)
    setattr(parent, func_name, modifier(captured) if modifier else captured)
