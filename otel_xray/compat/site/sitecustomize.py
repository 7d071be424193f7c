# ruff: noqa: INP001  no module of a package: Python finds it on its path
"""
Run by Python itself before a program's first line, where ``otel-xray run`` has put it on the path.

It also runs in every Python process that the program starts, and in Pythons where otel-xray is not
installed; what it cannot do it leaves undone. A ``sitecustomize`` that it hides runs after it.
"""

import os
import sys

_HERE = os.path.dirname(os.path.abspath(__file__))  # noqa: PTH100, PTH120  pathlib is slow to load


def _install() -> None:
    mark = os.environ.get("OTEL_XRAY_RUN")  # noqa: TID251  settings are a module of the package
    process = str(os.getpid())
    try:
        from otel_xray import compat  # noqa: PLC0415  it may be missing

        compat.install()
        if mark == "verify":
            from otel_xray.compat.verify import everything  # noqa: PLC0415  not needed otherwise

            everything.record_everything()
    except Exception as error:  # noqa: BLE001  the program must run, whatever is wrong with us
        # A Python of another environment that the program starts is no concern of the user's.
        if mark in {process, "verify"}:
            sys.stderr.write(
                f"otel-xray: {sys.executable} (process {process}) cannot use the alias "
                f"({type(error).__name__}: {error}); install otel-xray beside the program.\n"
            )


def _run_the_hidden_one() -> None:
    from importlib.machinery import PathFinder  # noqa: PLC0415  only what Python itself has loaded
    from importlib.util import module_from_spec  # noqa: PLC0415

    others = [entry for entry in sys.path if os.path.abspath(entry) != _HERE]  # noqa: PTH100
    hidden = PathFinder.find_spec("sitecustomize", others)
    if hidden is not None and hidden.loader is not None:
        module = module_from_spec(hidden)
        sys.modules["sitecustomize"] = module
        hidden.loader.exec_module(module)


_install()
_run_the_hidden_one()
