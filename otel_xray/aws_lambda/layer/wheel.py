"""A wheel: what it needs, and which of its files go into a layer."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from email.parser import HeaderParser
from pathlib import Path, PurePosixPath

from packaging.requirements import Requirement
from packaging.utils import InvalidWheelFilename, canonicalize_name, parse_wheel_filename

from otel_xray.aws_lambda.layer.selection import is_kept
from otel_xray.errors import ConfigurationError

# Folders of a wheel's ``.data`` whose content belongs into site-packages.
_LIBRARIES = ("purelib", "platlib")


@dataclass(frozen=True, slots=True)
class Wheel:
    """
    A distribution that can be unpacked into ``site-packages``.

    Attributes:
        path: the file.
        name: the distribution's canonical name.
        version: its version.
        native: whether it is for some platforms only.
        metadata: the text of its ``METADATA``.
    """

    path: Path
    name: str
    version: str
    native: bool
    metadata: str

    @property
    def requirements(self) -> Sequence[Requirement]:
        """What it depends on, with markers."""
        return requirements(self.metadata)

    def files(self) -> Iterator[tuple[str, bytes]]:
        """Yield path in ``site-packages`` and content of each file that a function may need."""
        with zipfile.ZipFile(self.path) as archive:
            for name in sorted(archive.namelist()):
                place = _place(name)
                if not name.endswith("/") and place and is_kept(place):
                    yield place, archive.read(name)


def read(path: Path) -> Wheel:
    """
    Read the wheel at *path*.

    Raises:
        ConfigurationError: it is no wheel, or names files outside of its folder.
    """
    try:
        name, version, _, tags = parse_wheel_filename(path.name)
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
            metadata = archive.read(_metadata_of(names)).decode()
    except (InvalidWheelFilename, OSError, KeyError, ValueError, zipfile.BadZipFile) as error:
        msg = f"{str(path)!r} cannot be read as a wheel ({error}); give the path of a .whl file."
        raise ConfigurationError(msg) from None
    outside = [name for name in names if _is_outside(name)]
    if outside:
        msg = f"The wheel {path.name!r} names {outside[0]!r}, which lies outside; do not use it."
        raise ConfigurationError(msg)
    native = any(tag.platform != "any" for tag in tags)
    return Wheel(path, name, str(version), native, metadata)


def requirements(metadata: str) -> Sequence[Requirement]:
    """Return the dependencies that the text of a ``METADATA`` file states."""
    stated = HeaderParser().parsestr(metadata).get_all("Requires-Dist", [])
    return [Requirement(text) for text in stated]


def extras(metadata: str) -> frozenset[str]:
    """Return the extras that the text of a ``METADATA`` file states."""
    stated = HeaderParser().parsestr(metadata).get_all("Provides-Extra", [])
    return frozenset(canonicalize_name(name) for name in stated)


def _metadata_of(names: Sequence[str]) -> str:
    return next(
        (name for name in names if name.count("/") == 1 and name.endswith(".dist-info/METADATA")),
        "METADATA",
    )


def _place(name: str) -> str:
    """Return where a file of a wheel goes in ``site-packages``; empty: nowhere."""
    top, _, rest = name.partition("/")
    if not top.endswith(".data"):
        return name
    scheme, _, rest = rest.partition("/")
    return rest if scheme in _LIBRARIES else ""


def _is_outside(name: str) -> bool:
    path = PurePosixPath(name)
    return path.is_absolute() or ".." in path.parts or "\\" in name
