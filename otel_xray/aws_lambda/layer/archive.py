"""A zip file that is the same, byte for byte, whenever it is written from the same files."""

from __future__ import annotations

import os
import stat
import time
import zipfile
from collections.abc import Generator, Iterable, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from otel_xray.aws_lambda.layer.entry import Entry
from otel_xray.errors import ConfigurationError

_LEVEL = 9
# What a zip file's times can say: from 1980 to 2107.
_EARLIEST, _LATEST = 315532800, 4354819198
_UNIX = 3


@contextmanager
def replacing(path: Path) -> Generator[IO[bytes]]:
    """
    Yield a file that becomes *path* when the block ends well, and is gone when it does not.

    Raises:
        ConfigurationError: *path* cannot be written.
    """
    if path.is_dir():
        msg = f"The output {str(path)!r} is a folder; name a file, as in -o layer.zip."
        raise ConfigurationError(msg)
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        stream = unfinished.open("xb")
    except OSError as error:
        raise _unwritable(path, error) from None
    try:
        with stream:
            yield stream
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def write(entries: Iterable[Entry], stream: IO[bytes], seconds: int) -> Mapping[str, int]:
    """
    Write *entries* as a zip file, sorted by path.

    Args:
        entries: the files, each path once.
        stream: where to.
        seconds: the time of all files, since 1970.

    Returns:
        What each path takes in it, in bytes.

    Raises:
        ConfigurationError: there is no room for it.
    """
    try:
        return _written(entries, stream, seconds)
    except OSError as error:
        msg = f"The layer cannot be written: {error.strerror}."
        raise ConfigurationError(msg) from None


def _written(entries: Iterable[Entry], stream: IO[bytes], seconds: int) -> Mapping[str, int]:
    moment = time.gmtime(min(max(seconds, _EARLIEST), _LATEST))[:6]
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=_LEVEL) as archive:
        for entry in sorted(entries, key=lambda entry: entry.path):
            item = zipfile.ZipInfo(entry.path, moment)
            item.create_system = _UNIX  # else it tells where it was written
            item.external_attr = (stat.S_IFREG | (0o755 if entry.executable else 0o644)) << 16
            archive.writestr(item, entry.data, zipfile.ZIP_DEFLATED, _LEVEL)
    stream.flush()
    return {item.filename: item.compress_size for item in archive.infolist()}


def source_date(environ: Mapping[str, str]) -> int:
    """
    Return the time that ``SOURCE_DATE_EPOCH`` names; without it, the earliest there is.

    Raises:
        ConfigurationError: it is no number.
    """
    text = environ.get("SOURCE_DATE_EPOCH", "").strip()
    if text and not (text.isascii() and text.isdigit()):
        msg = f"SOURCE_DATE_EPOCH is {text!r}; write seconds since 1970, or unset it."
        raise ConfigurationError(msg)
    return int(text or _EARLIEST)


def _unwritable(path: Path, error: OSError) -> ConfigurationError:
    return ConfigurationError(f"The output {str(path)!r} cannot be written: {error.strerror}.")
