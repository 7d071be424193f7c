"""A segment or subsegment as a kind of span and the attributes that keep its name and namespace."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from otel_xray.model import keys
from otel_xray.model.span import Kind

LOCAL = "local"
REMOTE = "remote"
AWS = "aws"


def segment(name: str) -> tuple[Kind, dict[str, str]]:
    """Return how a segment of the service *name* is recorded."""
    return Kind.SERVER, {keys.LOCAL_SERVICE: name}


def subsegment(name: str, namespace: str) -> tuple[Kind, dict[str, str]]:
    """
    Return how a subsegment is recorded.

    Args:
        name: of the subsegment; for a call, of the service that is called.
        namespace: ``local``, ``remote`` or ``aws``; anything else counts as local.
    """
    make = _BY_NAMESPACE.get(namespace)
    return (Kind.CLIENT, make(name)) if make else (Kind.INTERNAL, {})


_BY_NAMESPACE: Mapping[str, Callable[[str], dict[str, str]]] = {
    REMOTE: lambda name: {keys.REMOTE_SERVICE: name},
    AWS: lambda name: {keys.REMOTE_SERVICE: name, keys.RPC_SYSTEM: keys.AWS_API},
}
