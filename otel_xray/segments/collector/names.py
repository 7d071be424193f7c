"""
The name of a segment or subsegment, and its namespace, as the exporter finds them.

Only a span's own name is rid of what X-Ray refuses; a name from an attribute is passed on as it is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from otel_xray.model import keys, limits
from otel_xray.model.document import Json
from otel_xray.model.span import Attributes, Kind, SpanData
from otel_xray.segments import values
from otel_xray.segments.collector.value import text

AWS = "aws"
REMOTE = "remote"
LOCAL_ROOT = "LOCAL_ROOT"

_PREFIXES = ("AWS.SDK.", "AWS::")
_CALLS = frozenset({Kind.CLIENT, Kind.PRODUCER, Kind.CONSUMER})
_REMOTE = frozenset({Kind.CLIENT, Kind.PRODUCER})
_ASCII_ALLOWED = frozenset(" 0123456789_.:/%&#=+-@")
_NAME_BYTES = limits.NAME_LENGTH  # the exporter counts bytes

# What Go's url.Parse takes for the authority, and the user information and host that it accepts.
_AUTHORITY = re.compile(r"(?:[A-Za-z][A-Za-z0-9+.-]*:)?//(?P<authority>[^/]*)(?P<path>.*)")
_USER = re.compile(r"(?:[A-Za-z0-9\-._:~!$&'()*+,;=@]|%[0-9A-Fa-f]{2})*")
_SIX = re.compile(r"\[(?P<host>[^\[\]%\s\"<>\\^`{}|]*)\](?::[0-9]*)?")
_NAMED = re.compile(
    r"(?P<host>(?:[^\[\]%\s\"<>\\^`{}|/?#]|%[89A-Fa-f][0-9A-Fa-f])*?)(?P<port>:[0-9]*)?"
)
_ESCAPES = re.compile(r"(?:[^%]|%[0-9A-Fa-f]{2})*", re.DOTALL)
_ESCAPE = re.compile(rb"%(?P<digits>[0-9A-Fa-f]{2})")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


def is_aws_call(attributes: Attributes) -> bool:
    """Say whether the span is a call of an AWS API."""
    return attributes.get(keys.RPC_SYSTEM) == keys.AWS_API


def is_local_root(span: SpanData) -> bool:
    """Say whether the span is where its service comes in."""
    return span.attributes.get(keys.SPAN_KIND) == LOCAL_ROOT


def remote_service(attributes: Attributes) -> str:
    """Return ``aws.remote.service``, without the prefix that calls of AWS APIs have."""
    name = text(attributes.get(keys.REMOTE_SERVICE))
    if is_aws_call(attributes):
        for prefix in _PREFIXES:
            if name.startswith(prefix):
                return name[len(prefix) :]
    return name


def name_and_namespace(span: SpanData) -> tuple[str, str | None]:
    """Return both; the namespace is None for work inside a process."""
    attributes = span.attributes
    namespace = AWS if is_aws_call(attributes) else None
    name = _own_name(span) or text(attributes.get(keys.PEER_SERVICE))
    if not name and keys.AWS_SERVICE in attributes:
        name, namespace = text(attributes[keys.AWS_SERVICE]), AWS
    name = name or _database(attributes) or _fallback(span)
    if namespace is None and span.kind in _REMOTE:
        namespace = REMOTE
    return name, namespace


def _own_name(span: SpanData) -> str:
    if span.kind in _CALLS:
        return remote_service(span.attributes)
    if span.kind is Kind.SERVER or (span.kind is Kind.INTERNAL and is_local_root(span)):
        return text(span.attributes.get(keys.LOCAL_SERVICE))
    return ""


def _fallback(span: SpanData) -> str:
    service = text(span.resource.get(keys.SERVICE_NAME)) if span.kind is Kind.SERVER else ""
    attributes = (text(span.attributes.get(key)) for key in _FALLBACK)
    return service or next(filter(None, attributes), "") or of_span(span.name)


_FALLBACK = (keys.RPC_SERVICE, "http.host", "net.peer.name")


def of_span(name: str) -> str:
    """Return the name of a span without what the exporter takes out, at most 200 bytes long."""
    kept = "".join(filter(_allowed, name))
    return _decoded(kept.encode()[:_NAME_BYTES]) or limits.UNNAMED


def _decoded(text: bytes) -> str:
    """Return *text* with U+FFFD for each byte that is no UTF-8, as Go writes it into JSON."""
    return values.text(text.decode("utf-8", "surrogateescape"))


def _allowed(character: str) -> bool:
    return character in _ASCII_ALLOWED or character.isalpha()


def _database(attributes: Mapping[str, Json]) -> str:
    name = text(attributes.get("db.name"))
    if "db.name" not in attributes:
        return ""
    host = _hostname(text(attributes.get("db.connection_string")).removeprefix("jdbc:"))
    return f"{name}@{host}" if host else name


def _hostname(url: str) -> str:
    """Return the host of *url*; empty when it has none or Go's url.Parse refuses it."""
    if _CONTROL.search(url):
        return ""
    rest, _, fragment = url.partition("#")
    before, _, _ = rest.partition("?")
    match = _AUTHORITY.fullmatch(before)
    if match is None or not (_ESCAPES.fullmatch(match["path"]) and _ESCAPES.fullmatch(fragment)):
        return ""
    user, at, host = match["authority"].rpartition("@")
    found = _SIX.fullmatch(host) or _NAMED.fullmatch(host)
    if found is None or (at and not _USER.fullmatch(user)):
        return ""
    colon_without_port = found.re is _NAMED and ":" in host and found["port"] is None
    if colon_without_port:
        return ""
    return _decoded(_ESCAPE.sub(_byte, found["host"].encode()))


def _byte(escape: re.Match[bytes]) -> bytes:
    return bytes.fromhex(escape["digits"].decode())
