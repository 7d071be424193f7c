"""
A collector as an extension of Lambda.

Lambda starts every program in ``/opt/extensions`` and waits until it has registered. Collectors
that are built for Lambda do that themselves; any other one is started by a launcher that does it.
"""

from __future__ import annotations

import struct
from pathlib import Path

from otel_xray.aws_lambda.layer.entry import Entry
from otel_xray.aws_lambda.layer.target import ARCHITECTURES
from otel_xray.errors import ConfigurationError

CONFIG = "collector-config/config.yaml"  # where collectors that are built for Lambda look, too
EXTENSION = "extensions/collector"
PROGRAM = "collector/collector"
LAUNCHER = "extensions/otel-xray-collector"

_PACKAGE = "collector"
_FOLDER = Path(__file__).parent
_REGISTERS = b"2020-01-01/extension"  # the path of Lambda's API for extensions
_XRAY = b"awsxrayexporter"  # the import path of what the configuration below exports with

# ELF: 64 bits, little-endian; type 2 or 3 at 16, the processor after it.
_ELF = b"\x7fELF\x02\x01"
_TYPE = 16
_PROGRAMS = (2, 3)
_MACHINES = {"x86_64": 62, "arm64": 183}


def entries(program: Path, config: Path | None, architecture: str) -> list[Entry]:
    """
    Return the files of the collector *program*.

    Args:
        program: its executable.
        config: its configuration; None for our own: OTLP in, X-Ray out.
        architecture: the layer's processor.

    Raises:
        ConfigurationError: a file cannot be read, or is no program for that processor, or has not
            got what our configuration uses.
    """
    data = _read(program, "collector")
    _check(program, data, architecture)
    if config is None and _XRAY not in data:
        msg = (
            f"The collector {str(program)!r} has no awsxray exporter, which our configuration of "
            "it uses; give your own with --collector-config."
        )
        raise ConfigurationError(msg)
    settings = _read(config or _FOLDER / "collector.yaml", "collector's configuration")
    if _REGISTERS in data:
        programs = [Entry(EXTENSION, data, _PACKAGE, executable=True)]
    else:
        launcher = (_FOLDER / "otel-xray-collector").read_bytes()
        programs = [
            Entry(PROGRAM, data, _PACKAGE, executable=True),
            Entry(LAUNCHER, launcher, _PACKAGE, executable=True),
        ]
    return [*programs, Entry(CONFIG, settings, _PACKAGE)]


def _read(path: Path, what: str) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        msg = f"The {what} {str(path)!r} cannot be read: {error.strerror}."
        raise ConfigurationError(msg) from None


def _check(program: Path, data: bytes, architecture: str) -> None:
    head = data[_TYPE : _TYPE + 4]
    kind, machine = struct.unpack("<HH", head) if len(head) == struct.calcsize("<HH") else (0, 0)
    if not data.startswith(_ELF) or kind not in _PROGRAMS:
        msg = f"The collector {str(program)!r} is no 64-bit program for Linux; give the binary."
        raise ConfigurationError(msg)
    if machine != _MACHINES[architecture]:
        names = {number: name for name, number in _MACHINES.items()}
        built = names.get(machine, f"processor {machine}")
        msg = (
            f"The collector {str(program)!r} is built for {built}, the layer for {architecture}; "
            f"take one for {ARCHITECTURES[architecture]}, or change --arch."
        )
        raise ConfigurationError(msg)
