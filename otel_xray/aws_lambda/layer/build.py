"""Building a layer: from what was asked for to a zip file and its size report."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from otel_xray.aws_lambda.layer import archive, bytecode, collector, own, resolution
from otel_xray.aws_lambda.layer.entry import SHARED, Entry, site_packages
from otel_xray.aws_lambda.layer.report import Report, Share
from otel_xray.aws_lambda.layer.resolution import Source
from otel_xray.aws_lambda.layer.target import Target, targets
from otel_xray.aws_lambda.layer.wheel import Wheel
from otel_xray.errors import ConfigurationError

WRAPPER = "otel-xray-instrument"

_CHECKOUT = own.FOLDER.parent


@dataclass(frozen=True, slots=True)
class Order:
    """
    What shall be built.

    Attributes:
        output: the zip file.
        pythons: versions of Python.
        architecture: ``x86_64`` or ``arm64``.
        extras: what is added to the default layer.
        wheel: this package as a wheel; None: as it is installed.
        source: where the other wheels come from.
        collector: a collector's program.
        collector_config: its configuration.
        bytecode: for every Python; None: for a single one whose interpreter is here.
    """

    output: Path
    pythons: Sequence[str]
    architecture: str
    extras: Sequence[str] = ()
    wheel: Path | None = None
    source: Source = Source()  # noqa: RUF009  it is frozen
    collector: Path | None = None
    collector_config: Path | None = None
    bytecode: bool | None = None


def build(order: Order, environ: Mapping[str, str]) -> Report:
    """
    Write the layer.

    Args:
        order: what shall be built.
        environ: variables; ``SOURCE_DATE_EPOCH`` and ``PATH`` count.

    Raises:
        ConfigurationError: it cannot be built; nothing is written then.
    """
    wanted = targets(order.pythons, order.architecture)
    moment = archive.source_date(environ)
    compilers = _compilers(order, wanted, environ)
    with archive.replacing(order.output) as stream:
        entries, versions = _content(order, wanted)
        for python, program in compilers.items():
            entries += bytecode.compiled(entries, python, program)
        unique = {entry.path: entry for entry in entries}.values()
        zipped = archive.write(unique, stream, moment)
    data = order.output.read_bytes()
    return Report(
        output=str(order.output),
        pythons=[target.python for target in wanted],
        architecture=order.architecture,
        bytecode=list(compilers),
        shares=_shares(unique, zipped, versions),
        bytes=sum(len(entry.data) for entry in unique),
        zipped=len(data),
        sha256=hashlib.sha256(data).hexdigest(),
        is_default=not order.extras and order.collector is None,
    )


def _compilers(
    order: Order, wanted: Sequence[Target], environ: Mapping[str, str]
) -> dict[str, str]:
    """Return which Pythons get bytecode, and the program that makes it."""
    if order.bytecode is False or (order.bytecode is None and len(wanted) > 1):
        return {}
    found = {target.python: bytecode.interpreter(target.python, environ) for target in wanted}
    absent = [python for python, program in found.items() if program is None]
    if absent and order.bytecode:
        msg = (
            f"Bytecode for Python {absent[0]} needs its interpreter, and PATH has no "
            f"python{absent[0]}; install it, or leave out --pyc."
        )
        raise ConfigurationError(msg)
    return {python: program for python, program in found.items() if program}


def _content(order: Order, wanted: Sequence[Target]) -> tuple[list[Entry], dict[str, str]]:
    """Return the files, and the version of each package."""
    ours = own.from_wheel(order.wheel) if order.wheel else own.installed()
    wrapper = (Path(__file__).parent / WRAPPER).read_bytes()
    entries = [
        Entry(WRAPPER, wrapper, own.DISTRIBUTION, executable=True),
        *(Entry(f"{SHARED}/{name}", data, own.DISTRIBUTION) for name, data in ours.files.items()),
    ]
    if order.collector:
        entries += collector.entries(order.collector, order.collector_config, order.architecture)
    with tempfile.TemporaryDirectory(prefix="otel-xray-layer-") as folder:
        found = _wheels(order, wanted, ours, Path(folder))
        for place, wheel in _placed(found):
            entries += (Entry(f"{place}/{name}", data, wheel.name) for name, data in wheel.files())
    versions = {wheel.name: wheel.version for wheels in found.values() for wheel in wheels}
    return entries, {own.DISTRIBUTION: ours.version, **versions}


def _wheels(
    order: Order, wanted: Sequence[Target], ours: own.Own, folder: Path
) -> dict[str, list[Wheel]]:
    source = Source(order.source.folder, order.source.constraints or _constraints())
    found = {
        target.python: resolution.fetch(
            ours.requirements(target, order.extras), target, source, folder / target.python
        )
        for target in wanted
    }
    native = [wheel for wheels in found.values() for wheel in wheels if wheel.native]
    if native and not order.extras:
        msg = (
            f"The wheel {native[0].path.name!r} has native code, which a layer without extras "
            "must not; take another version by --constraint."
        )
        raise ConfigurationError(msg)
    return found


def _placed(found: Mapping[str, Sequence[Wheel]]) -> Iterable[tuple[str, Wheel]]:
    """
    Yield each wheel once for each folder that it goes into.

    What is the same for all Pythons goes where all look, which is behind their own folders: what
    a function's other layers have there is found first.
    """
    by_python = {python: {wheel.path.name: wheel for wheel in found[python]} for python in found}
    first, *others = by_python.values()
    common = set(first).intersection(*others)
    yield from ((SHARED, first[name]) for name in sorted(common))
    for python, wheels in by_python.items():
        yield from (
            (site_packages(python), wheel) for name, wheel in wheels.items() if name not in common
        )


def _shares(
    entries: Iterable[Entry], zipped: Mapping[str, int], versions: Mapping[str, str]
) -> list[Share]:
    by_package: dict[str, list[Entry]] = {}
    for entry in entries:
        by_package.setdefault(entry.package, []).append(entry)
    return [
        Share(
            package=package,
            version=versions.get(package, ""),
            files=len(files),
            bytes=sum(len(entry.data) for entry in files),
            zipped=sum(zipped[entry.path] for entry in files),
        )
        for package, files in sorted(by_package.items())
    ]


def _constraints() -> Path | None:
    """Return the versions that this package is tested with, where it runs from its checkout."""
    path = _CHECKOUT / "constraints.txt"
    is_checkout = path.is_file() and (_CHECKOUT / "pyproject.toml").is_file()
    return path if is_checkout else None
