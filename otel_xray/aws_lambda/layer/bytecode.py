"""
Bytecode for a layer's modules.

Lambda unpacks layers where nothing can be written, so Python would compile each module again at
every cold start. Bytecode that says it is not to be checked against its source is taken as it is.
That of our own modules has no docstrings, a tenth of it; nothing reads them, and the modules have
no assertions that would go with them. Other packages may rely on theirs.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path, PurePosixPath

from otel_xray.aws_lambda.layer.entry import SHARED, Entry, site_packages
from otel_xray.aws_lambda.layer.own import DISTRIBUTION
from otel_xray.aws_lambda.layer.selection import is_compiled
from otel_xray.errors import ConfigurationError

# The same bytes at each run. What is left out are the columns of tracebacks, a tenth of the whole.
_ENVIRONMENT = {"PYTHONHASHSEED": "0", "PYTHONNODEBUGRANGES": "1"}
_COMPILE = ("-S", "-m", "compileall", "-q", "-q", "--invalidation-mode=unchecked-hash", "-i", "-")
_WHOLE, _WITHOUT_DOCSTRINGS = "", "2"  # levels of optimisation
_ASK = "import sys; print(sys.implementation.cache_tag)"


def interpreter(python: str, environ: Mapping[str, str]) -> str | None:
    """
    Return an interpreter that can compile for *python*; None when there is none here.

    Args:
        python: a version, such as ``3.13``.
        environ: where programs are looked up.
    """
    if python == f"{sys.version_info.major}.{sys.version_info.minor}":
        return sys.executable
    found = shutil.which(f"python{python}", path=environ.get("PATH"))
    # it may be another program's stand-in for one that is not installed
    return found if found and _cache_tag(found) == cache_tag(python) else None


def cache_tag(python: str) -> str:
    """Return what the names of CPython's bytecode files say."""
    return f"cpython-{python.replace('.', '')}"


def compiled(entries: Iterable[Entry], python: str, program: str) -> list[Entry]:
    """
    Return the bytecode of those modules that *python* finds and that are worth it.

    Args:
        entries: a layer's files.
        python: the version that they are compiled for.
        program: its interpreter.

    Raises:
        ConfigurationError: a module cannot be compiled.
    """
    own = site_packages(python)
    modules = [entry for entry in entries if _is_worth_it(entry.path, own)]
    with tempfile.TemporaryDirectory(prefix="otel-xray-layer-") as name:
        folder = Path(name)
        for module in modules:
            (folder / module.path).parent.mkdir(parents=True, exist_ok=True)
            (folder / module.path).write_bytes(module.data)
        for level in (_WHOLE, _WITHOUT_DOCSTRINGS):
            paths = [module.path for module in modules if _level(module) == level]
            if paths:  # without any, compileall takes all that Python finds
                _compile(folder, paths, python, program, level)
        return [
            Entry(
                _cached(module.path, python),
                (folder / _cached(module.path, python, _level(module))).read_bytes(),
                module.package,
            )
            for module in modules
        ]


def _level(module: Entry) -> str:
    return _WITHOUT_DOCSTRINGS if module.package == DISTRIBUTION else _WHOLE


def _is_worth_it(path: str, own: str) -> bool:
    if path.startswith(f"{own}/"):
        return is_compiled(path.removeprefix(f"{own}/"))
    if path.startswith(f"{SHARED}/lib/"):
        return False  # another Python's
    return path.startswith(f"{SHARED}/") and is_compiled(path.removeprefix(f"{SHARED}/"))


def _cached(path: str, python: str, level: str = _WHOLE) -> str:
    module = PurePosixPath(path)
    tag = f"{cache_tag(python)}.opt-{level}" if level else cache_tag(python)
    return str(module.parent / "__pycache__" / f"{module.stem}.{tag}.pyc")


def _compile(folder: Path, paths: Sequence[str], python: str, program: str, level: str) -> None:
    done = subprocess.run(  # noqa: S603  an interpreter of this machine, our own words
        [program, *_COMPILE, "-s", str(folder), "-p", "/opt", "-o", level or "0"],
        input="".join(f"{folder / path}\n" for path in paths),
        env=_ENVIRONMENT,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        last = (done.stdout + done.stderr).strip().rpartition("\n")[2]
        msg = f"A module cannot be compiled for Python {python} ({last}); leave it with --no-pyc."
        raise ConfigurationError(msg)


def _cache_tag(program: str) -> str:
    done = subprocess.run(  # noqa: S603  an interpreter of this machine, our own words
        [program, "-S", "-c", _ASK], capture_output=True, text=True, check=False
    )
    return done.stdout.strip()
