"""Where a URL leads: what of it may be recorded, and what is asked for again and again."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple
from urllib.parse import urlsplit


class Place(NamedTuple):
    """
    A server.

    Attributes:
        scheme: ``http`` or ``https``.
        host: its name, in small letters; empty where the URL names none.
        port: None where the URL says none.
        origin: scheme, host and port as the URL has them, without credentials.
    """

    scheme: str
    host: str
    port: int | None
    origin: str


def of(url: str) -> tuple[Place, str]:
    """Return the place that *url* names, and the path there without query and fragment."""
    bare = url.partition("#")[0].partition("?")[0]
    scheme, separator, rest = bare.partition("://")
    if not separator:
        return _NOWHERE, bare
    authority, slash, path = rest.partition("/")
    return _place(f"{scheme}://{authority}"), slash + path


@lru_cache(maxsize=256)
def _place(origin: str) -> Place:
    parts = urlsplit(origin)
    try:
        port = parts.port
    except ValueError:  # no number: that is for the library to say
        port = None
    bare = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"
    return Place(parts.scheme, parts.hostname or "", port, bare)


_NOWHERE = Place("", "", None, "")
