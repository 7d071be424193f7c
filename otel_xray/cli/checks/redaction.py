"""The last look at what is printed: no credential that the environment has is in it."""

from __future__ import annotations

from urllib.parse import unquote, urlsplit

from otel_xray.backends import BACKENDS
from otel_xray.setting_values import parse_pairs
from otel_xray.settings import Environ

HIDDEN = "[hidden]"

_SHORTEST = 4  # a shorter one would be found in any text
_SECRET_PARTS = ("SECRET", "TOKEN", "PASSWORD", "API_KEY", "LICENSE_KEY", "ACCESS_KEY_ID", "_AUTH")
_HEADERS = "_HEADERS"


def redacted(text: str, environ: Environ) -> str:
    """Return *text* without the credentials of *environ*."""
    for secret in sorted(_secrets(environ), key=len, reverse=True):
        text = text.replace(secret, HIDDEN)
    return text


def _secrets(environ: Environ) -> set[str]:
    vendors = {name for backend in BACKENDS.values() for name in backend.secrets()}
    found: set[str] = set()
    for name, value in environ.items():
        if name in vendors or any(part in name.upper() for part in _SECRET_PARTS):
            found.add(value.strip())
        elif name.endswith(_HEADERS):
            found.update(parse_pairs(value).values() or {value})
        elif "@" in value and "://" in value:
            found.update(_userinfo(value))
    found |= {unquote(secret) for secret in found}
    return {secret for secret in found if len(secret) >= _SHORTEST}


def _userinfo(url: str) -> set[str]:
    try:
        return {urlsplit(url).password or ""}
    except ValueError:
        return {url}
