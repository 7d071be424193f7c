"""
Write a Lambda layer as a zip file, and print its bytes.

The program has ``build``, which takes the path of the file; or ``WITHOUT``, the packages that are
in this environment and not in the layer: then the rest of it is written, as the layers' own build
scripts do, but without bytecode.
"""

from __future__ import annotations

import runpy
import sys
import sysconfig
import tempfile
from collections.abc import Callable, Iterator
from importlib.metadata import Distribution, distributions
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

# What Lambda's runtime for Python has, and what makes this environment.
RUNTIME = frozenset(
    {
        *("awslambdaric", "simplejson", "snapshot-restore-py"),
        *("boto3", "botocore", "jmespath", "python-dateutil", "s3transfer", "six", "urllib3"),
        *("pip", "setuptools"),
    }
)
SMALLEST = 9

program = runpy.run_path(sys.argv[1])


def pack(file: Path) -> None:
    """Write what is installed here, less what `RUNTIME` and the program name."""
    with ZipFile(file, "w", ZIP_DEFLATED, compresslevel=SMALLEST) as archive:
        for path in files(RUNTIME | program["WITHOUT"]):
            archive.write(path, f"python/{path.relative_to(sysconfig.get_path('purelib'))}")


def files(without: frozenset[str]) -> Iterator[Path]:
    """Yield the files of every package but some."""
    root = Path(sysconfig.get_path("purelib"))
    for distribution in distributions(path=[str(root)]):
        if distribution.metadata["Name"].lower().replace("_", "-") not in without:
            yield from (path for path in of(distribution) if path.is_relative_to(root))


def of(distribution: Distribution) -> Iterator[Path]:
    """Yield the files of a package, without bytecode."""
    for name in distribution.files or ():
        if name.suffix != ".pyc":
            yield Path(str(name.locate())).resolve()


build: Callable[[Path], None] = program.get("build", pack)
with tempfile.TemporaryDirectory() as folder:
    layer = Path(folder) / "layer.zip"
    build(layer)
    print(layer.stat().st_size)  # noqa: T201  the measurement
