"""Which proxy a URL is reached through, by the variables that most programs read."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from otel_xray.errors import ConfigurationError
from otel_xray.setting_values import Proxies


def choose(proxies: Proxies, url: str) -> str:
    """
    Return the URL of the proxy for *url*; empty for none, as for this machine itself.

    Raises:
        ConfigurationError: it is no HTTP proxy; its URL, which may hold a password, is not quoted.
    """
    target = urlsplit(url)
    proxy = proxies.https if target.scheme == "https" else proxies.http
    if not proxy or _is_bypassed(proxies, target.hostname or "", target.netloc):
        return ""
    written = proxy if "://" in proxy else f"http://{proxy}"
    if not _is_usable(written):
        msg = (
            f"The {target.scheme} proxy of the environment cannot be used; write http://host:port, "
            f"or add {target.hostname} to NO_PROXY."
        )
        raise ConfigurationError(msg)
    return written


def _is_usable(proxy: str) -> bool:
    try:
        parts = urlsplit(proxy)
        return parts.scheme == "http" and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def _is_bypassed(proxies: Proxies, host: str, netloc: str) -> bool:
    if _is_loopback(host):
        return True
    if not proxies.bypass:
        return False
    from urllib import request  # noqa: PLC0415  heavy, and seldom needed

    known: Any = request  # the stubs have it for macOS only
    stated = {"no": proxies.bypass}
    return bool(known.proxy_bypass_environment(netloc.rpartition("@")[2], stated))


def _is_loopback(host: str) -> bool:
    """Say whether *host* is this machine, of which a proxy elsewhere knows nothing."""
    from ipaddress import ip_address  # noqa: PLC0415  seldom needed

    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
