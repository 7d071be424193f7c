"""This package as a part of a layer: what is installed here, or a wheel."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import otel_xray
from otel_xray.aws_lambda.layer import wheel
from otel_xray.aws_lambda.layer.selection import EXTRAS_LEFT_OUT, is_kept
from otel_xray.aws_lambda.layer.target import Target
from otel_xray.errors import ConfigurationError

DISTRIBUTION = "otel-xray"
FOLDER = Path(otel_xray.__file__).parent

_LICENCE = "licenses/LICENSE"


@dataclass(frozen=True, slots=True)
class Own:
    """
    This package's share of a layer.

    Attributes:
        version: the distribution's.
        metadata: the text of its ``METADATA``.
        files: path in ``site-packages`` → content.
    """

    version: str
    metadata: str
    files: Mapping[str, bytes]

    def requirements(self, target: Target, chosen: Sequence[str]) -> list[Requirement]:
        """
        Return what a function needs beside the package itself.

        Args:
            target: where the function runs.
            chosen: names of extras.

        Raises:
            ConfigurationError: there is no such extra, or it is not for functions.
        """
        offered = wheel.extras(self.metadata) - EXTRAS_LEFT_OUT
        for name in chosen:
            if canonicalize_name(name) not in offered:
                msg = f"No layer has the extra {name!r}; --with takes {', '.join(sorted(offered))}."
                raise ConfigurationError(msg)
        asking = ("", *(canonicalize_name(name) for name in chosen))
        return [
            requirement
            for requirement in wheel.requirements(self.metadata)
            if any(target.needs(requirement, extra) for extra in asking)
        ]


def installed() -> Own:
    """
    Return the package as it is installed here.

    Raises:
        ConfigurationError: it is not installed, only on the path.
    """
    try:
        distribution = metadata.distribution(DISTRIBUTION)
    except metadata.PackageNotFoundError:
        msg = f"{DISTRIBUTION} is not installed here; install it, or name a wheel with --wheel."
        raise ConfigurationError(msg) from None
    text = distribution.read_text("METADATA") or ""
    folder = f"otel_xray-{distribution.version}.dist-info"
    stated = {
        f"{folder}/{name}": content.encode()
        for name in ("METADATA", "entry_points.txt", _LICENCE)
        if (content := distribution.read_text(name))
    }
    return Own(distribution.version, text, {**dict(_modules()), **stated})


def from_wheel(path: Path) -> Own:
    """
    Return the package that a wheel holds.

    Raises:
        ConfigurationError: it is no wheel, or another package's.
    """
    found = wheel.read(path)
    if found.name != DISTRIBUTION:
        msg = f"{str(path)!r} is a wheel of {found.name}; --wheel takes one of {DISTRIBUTION}."
        raise ConfigurationError(msg)
    return Own(found.version, found.metadata, dict(found.files()))


def _modules(folder: Path = FOLDER) -> Iterator[tuple[str, bytes]]:
    for path in sorted(folder.iterdir()):
        name = path.relative_to(FOLDER.parent).as_posix()
        if not is_kept(name):
            continue
        if path.is_dir():
            yield from _modules(path)
        else:
            yield name, path.read_bytes()
