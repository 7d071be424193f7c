"""
The name of a segment or subsegment, and its namespace.

X-Ray draws a node for each name, so a name is that of a service: the service itself for a segment,
the called one for a call. The rules are tried in order. The collector (contrib v0.156.0) has the
same order, but knows older conventions only, lets a stray ``peer.service`` rename a service, and
names local work after whatever it talks about.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from otel_xray.model import keys, limits
from otel_xray.model.document import Json
from otel_xray.model.span import Kind
from otel_xray.segments.field import Left

AWS = "aws"
REMOTE = "remote"

_SERVICE_IN_METHOD = "/"  # rpc.method "com.example.Orders/Get" since rpc.service is gone
_AWS_PREFIXES = ("AWS.SDK.", "AWS::")

_HOST = re.compile(
    r"[A-Za-z][\w+.-]*://(?:[^/?#@]*@)?(?:\[(?P<six>[0-9A-Fa-f:.]+)\]|(?P<name>[^/?#:\[\]]+))"
)

Named: TypeAlias = "str | None"
Rule: TypeAlias = Callable[[Mapping[str, Json]], Named]


@dataclass(frozen=True, slots=True)
class Attribute:
    """
    A rule: the name is the value of an attribute.

    Attributes:
        key: of the attribute.
        spent: the attribute says nothing but the name, so it is not repeated in metadata.
    """

    key: str
    spent: bool = False

    def __call__(self, attributes: Mapping[str, Json]) -> Named:
        """Return the attribute's value if it is text."""
        value = attributes.get(self.key)
        return value if isinstance(value, str) else None


def is_aws_call(attributes: Mapping[str, Json]) -> bool:
    """Say whether the span is a call of an AWS API."""
    return keys.AWS_API in (attributes.get(keys.RPC_SYSTEM), attributes.get(keys.RPC_SYSTEM_NAME))


def _remote_service(attributes: Mapping[str, Json]) -> Named:
    service = attributes.get(keys.REMOTE_SERVICE)
    if not isinstance(service, str):
        return None
    if is_aws_call(attributes):
        for prefix in _AWS_PREFIXES:
            if service.startswith(prefix):
                return service[len(prefix) :]
    return service


def _database(attributes: Mapping[str, Json]) -> Named:
    """Return ``database@host``, the name that the X-Ray SDKs give to a database."""
    database = attributes.get("db.namespace") or attributes.get("db.name")
    if not isinstance(database, str) or not database:
        return None
    host = _connection_host(attributes) or attributes.get(keys.SERVER_ADDRESS)
    return f"{database}@{host}" if isinstance(host, str) and host else database


def _connection_host(attributes: Mapping[str, Json]) -> Named:
    connection = attributes.get("db.connection_string")
    return _host(connection.removeprefix("jdbc:")) if isinstance(connection, str) else None


def _rpc_method(attributes: Mapping[str, Json]) -> Named:
    method = attributes.get(keys.RPC_METHOD)
    return method.rpartition(_SERVICE_IN_METHOD)[0] if isinstance(method, str) else None


def _url_host(attributes: Mapping[str, Json]) -> Named:
    url = attributes.get(keys.URL) or attributes.get("http.url")
    return _host(url) if isinstance(url, str) else None


def _host(url: str) -> Named:
    host = _HOST.match(url)
    return (host["six"] or host["name"]).lower() if host else None


_REMOTE_SERVICE = Attribute(keys.REMOTE_SERVICE, spent=True)

SERVICE: tuple[Rule, ...] = (Attribute(keys.LOCAL_SERVICE, spent=True),)
SERVICE_FALLBACK: tuple[Rule, ...] = (
    Attribute(keys.RPC_SERVICE),
    Attribute("http.host"),
    Attribute(keys.SERVER_ADDRESS),
)
CALL: tuple[Rule, ...] = (
    _remote_service,
    Attribute(keys.PEER_SERVICE, spent=True),
    Attribute(keys.SERVICE_PEER_NAME, spent=True),
    Attribute(keys.AWS_SERVICE, spent=True),
    _database,
    Attribute(keys.RPC_SERVICE, spent=True),
    _rpc_method,
    Attribute("http.host"),
    Attribute("net.peer.name"),
    Attribute(keys.SERVER_ADDRESS),
    _url_host,
)

_CALLS = frozenset({Kind.CLIENT, Kind.PRODUCER})


def of_service(span_name: str, service: str | None, left: Left) -> str:
    """
    Return the name of a service's own segment, and take out of *left* what only says that.

    Args:
        span_name: used when nothing names the service.
        service: ``service.name`` of the resource.
        left: attributes that no section has taken yet.
    """
    found = _first(SERVICE, left)
    if found is None and service:
        return limits.name(service)
    found = found or _first(SERVICE_FALLBACK, left)
    return limits.name(found[0] if found else span_name)


def of_call(span_name: str, left: Left) -> tuple[str, str | None]:
    """Return the name of what is called, and the attribute that gave it, if one did."""
    found = _first(CALL, left)
    return (limits.name(found[0]), found[1]) if found else (limits.name(span_name), None)


def of_work(span_name: str, left: Left, *, segment: bool) -> str:
    """Return the name of work inside a process; only a segment may be named as its service."""
    found = _first(SERVICE, left) if segment else None
    return limits.name(found[0] if found else span_name)


def namespace(kind: Kind, named_by: str | None, left: Left) -> str | None:
    """
    Return ``aws``, ``remote`` or None, and take out of *left* what said so.

    Args:
        kind: of the span.
        named_by: the attribute that gave the name.
        left: attributes that no section has taken yet.
    """
    stated = left.get(keys.NAMESPACE)
    aws = named_by == keys.AWS_SERVICE or is_aws_call(left)
    if aws:
        for key in (keys.RPC_SYSTEM, keys.RPC_SYSTEM_NAME):
            if left.get(key) == keys.AWS_API:
                del left[key]
    if isinstance(stated, str) and stated in _STATED:
        del left[keys.NAMESPACE]
        return _STATED[stated]
    if aws:
        return AWS
    return REMOTE if kind in _CALLS else None


_STATED: Mapping[str, str | None] = {AWS: AWS, REMOTE: REMOTE, "local": None, "": None}


def _first(rules: tuple[Rule, ...], left: Left) -> tuple[str, str | None] | None:
    for rule in rules:
        found = rule(left)
        if found:
            return found, _spend(rule, left)
    return None


def _spend(rule: Rule, left: Left) -> str | None:
    if rule is _remote_service:
        rule = _REMOTE_SERVICE
    if not isinstance(rule, Attribute):
        return None
    if rule.spent:
        del left[rule.key]
    return rule.key
