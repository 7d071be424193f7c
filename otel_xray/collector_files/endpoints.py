"""Rules about addresses."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from urllib.parse import urlsplit

from otel_xray.collector_files.components import Component, components
from otel_xray.collector_files.document import Part
from otel_xray.collector_files.finding import Finding, Level
from otel_xray.collector_files.variables import resolve

_PORTS = 1 << 16
_SCHEMES = ("http", "https")
_EVERYWHERE = frozenset({"", "0.0.0.0", "::"})  # noqa: S104  looked for, not listened on
_TRACES = "/v1/traces"
# Components, beside receivers, that listen on their endpoint.
_SERVERS = frozenset({"awsproxy", "health_check", "pprof", "zpages"})


def listening(file: Part, environ: Mapping[str, str]) -> Iterator[Finding]:
    """Addresses to listen on that cannot be read, or are open to everyone."""
    for component in components(file):
        if component.section != "receivers" and component.kind not in _SERVERS:
            continue
        for path, part in component.settings.walk():
            if path[-1:] == ("endpoint",) and part.text:
                yield from _listening(component, part, resolve(part.text, environ))


def _listening(component: Component, part: Part, address: str | None) -> Iterator[Finding]:
    if address is None:
        return
    host = _host(address)
    if host is None:
        message = f"The {component.title} cannot listen on {part.text!r}."
        remedy = "Write host and port, such as 127.0.0.1:4318."
        yield Finding(part.line, Level.ERROR, "endpoint", message, remedy)
    elif host in _EVERYWHERE:
        message = f"The {component.title} listens on every interface: {part.text!r}."
        remedy = "Write 127.0.0.1, unless others must reach it and the network keeps the rest out."
        yield Finding(part.line, Level.WARNING, "open", message, remedy)


def sending(file: Part, environ: Mapping[str, str]) -> Iterator[Finding]:
    """Addresses of exporters that cannot be what is meant."""
    for component in components(file):
        rules = _ENDPOINTS.get(component.kind, {})
        for key, rule in rules.items() if component.section == "exporters" else ():
            part = component.settings.at(key)
            address = resolve(part.text, environ) if part else None
            problem = rule(address) if address else None
            if part and problem:
                message = f"The {component.title} cannot send to {_shown(part)}: {problem[0]}."
                yield Finding(part.line, Level.ERROR, "endpoint", message, problem[1])
        if component.section == "exporters":
            yield from _PECULIARITIES.get(component.kind, _nothing)(component, environ)


def _without_address(component: Component, environ: Mapping[str, str]) -> Iterator[Finding]:
    del environ
    keys = ("endpoint", "traces_endpoint")
    if not any(component.settings.at(key) for key in keys):
        message = f"The {component.title} has no address."
        remedy = "Give it an endpoint: a base URL."
        yield Finding(component.settings.line, Level.ERROR, "endpoint", message, remedy)


def _plain(component: Component, environ: Mapping[str, str]) -> Iterator[Finding]:
    part = component.settings.at("endpoint")
    insecure = component.settings.at("tls", "insecure")
    address = resolve(part.text, environ) if part else None
    if part and insecure is None and (address or "").startswith("http://"):
        message = f"The {component.title} speaks TLS, although its address begins with http://."
        remedy = "Write tls: {insecure: true} where there is none, or use otlp_http."
        yield Finding(part.line, Level.WARNING, "tls", message, remedy)


def _nothing(component: Component, environ: Mapping[str, str]) -> Iterator[Finding]:
    del component, environ
    yield from ()


def _shown(part: Part) -> str:
    """The address as the file has it, without a password."""
    head, at, tail = part.text.rpartition("@")
    return repr(f"{head.partition('//')[0]}//…@{tail}" if at else part.text)


Problem = tuple[str, str]


def _url(address: str) -> Problem | None:
    try:
        parts = urlsplit(address)
        valid = parts.scheme in _SCHEMES and bool(parts.hostname) and parts.port != 0
    except ValueError:
        valid = False
    if not valid:
        return "it is no URL", "Write http://HOST:PORT, or https://HOST for TLS."
    return None


def _base_url(address: str) -> Problem | None:
    if address.rstrip("/").endswith(_TRACES):
        return (
            f"{_TRACES} would be there twice",
            "Leave it out, or write the whole URL as traces_endpoint.",
        )
    return _url(address)


def _target(address: str) -> Problem | None:
    """gRPC: host and port, or a URL of these."""
    scheme, separator, rest = address.rpartition("://")
    if separator and scheme not in _SCHEMES:
        return None  # a name resolver of gRPC's own, such as dns:///
    if "/" in rest.rstrip("/"):
        return "gRPC has no path", "Write host and port, such as gateway:4317."
    if not _host(rest.rstrip("/")):
        return "it is no host with a port", "Write host and port, such as gateway:4317."
    return None


_ENDPOINTS: Mapping[str, Mapping[str, Callable[[str], Problem | None]]] = {
    "awsxray": {"endpoint": _url},
    "otlp_grpc": {"endpoint": _target},
    "otlp_http": {"endpoint": _base_url, "traces_endpoint": _url},
    "zipkin": {"endpoint": _url},
}

_PECULIARITIES: Mapping[str, Callable[[Component, Mapping[str, str]], Iterator[Finding]]] = {
    "otlp_grpc": _plain,
    "otlp_http": _without_address,
}


def _host(address: str) -> str | None:
    """Return the host of ``host:port``; None where there is no port that can be one."""
    host, separator, port = address.rpartition(":")
    if not separator or not port.isdecimal() or int(port) >= _PORTS:
        return None
    if host.startswith("["):
        return host[1:-1] if host.endswith("]") else None
    return None if ":" in host else host
