"""What a sampling rule says, and which requests it is about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, NamedTuple, TypeAlias

from otel_xray.sampling.boost import BoostLimit
from otel_xray.sampling.wildcard import Wildcard

DEFAULT = "Default"
ANY = "*"

Pattern: TypeAlias = "str | None"
_NONE: Mapping[str, Any] = MappingProxyType({})
_KNOWN = ("host", "method", "path", "service", "service_type")  # what any request may tell


class Request(NamedTuple):
    """
    What is known of a request when it has to be decided whether it is recorded.

    Attributes:
        host: from the ``Host`` header.
        method: HTTP's.
        path: of the URL.
        service: name of the segment.
        service_type: origin of the segment, ``AWS::EC2::Instance``.
        resource_arn: of the resource that the service runs on.
        attributes: of the segment; what is no text is compared as it is printed.
    """

    host: str | None = None
    method: str | None = None
    path: str | None = None
    service: str | None = None
    service_type: str | None = None
    resource_arn: str | None = None
    attributes: Mapping[str, Any] = _NONE


def from_mapping(known: Mapping[str, Any]) -> Request:
    """Return the request that X-Ray's SDKs describe by a mapping of the same names."""
    get = known.get
    return Request(get("host"), get("method"), get("path"), get("service"), get("service_type"))


@dataclass(frozen=True, slots=True)
class Rule:
    """
    A sampling rule.

    What is not known of a request matches any pattern, as X-Ray's SDKs hold it; but a rule for one
    resource, or for attributes, is only for requests that are known to have them. A pattern that
    is None matches nothing that is known.

    Attributes:
        name: ``Default`` is the rule that matches everything, after all others.
        priority: the lowest decides.
        rate: share of the requests beyond the reservoir that are recorded, 0 to 1.
        reservoir_size: requests a second that are recorded before the rate counts; of a central
            rule, by all services together.
        host: pattern.
        method: pattern.
        path: pattern.
        service: pattern.
        service_type: pattern.
        resource_arn: pattern.
        attributes: patterns, by the attribute's name.
        boost: how far the rate may be raised for a while; None: not at all.
    """

    name: str
    priority: float
    rate: float
    reservoir_size: float
    host: Pattern = ANY
    method: Pattern = ANY
    path: Pattern = ANY
    service: Pattern = ANY
    service_type: Pattern = ANY
    resource_arn: str = ANY
    attributes: Mapping[str, str] = field(default_factory=dict[str, str])
    boost: BoostLimit | None = None
    _known: tuple[tuple[str, Wildcard | None], ...] = field(init=False, repr=False, compare=False)
    _needed: tuple[tuple[str, Wildcard], ...] = field(init=False, repr=False, compare=False)
    _arn: Wildcard | None = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        patterns = ((name, getattr(self, name)) for name in _KNOWN)
        known = tuple(
            (name, pattern if pattern is None else Wildcard(pattern))
            for name, pattern in patterns
            if pattern != ANY
        )
        needed = tuple((key, Wildcard(pattern)) for key, pattern in self.attributes.items())
        arn = None if self.resource_arn == ANY else Wildcard(self.resource_arn)
        object.__setattr__(self, "_known", known)
        object.__setattr__(self, "_needed", needed)
        object.__setattr__(self, "_arn", arn)

    def matches(self, request: Request) -> bool:
        """Say whether the rule is for *request*."""
        for name, pattern in self._known:
            text = getattr(request, name)
            if text and not (pattern and pattern.matches(text)):
                return False
        if self._arn and not self._arn.matches(request.resource_arn or ""):
            return False
        return all(
            (text := request.attributes.get(key)) is not None and pattern.matches(text)
            for key, pattern in self._needed
        )

    @property
    def is_default(self) -> bool:
        """Whether the rule is for every request."""
        return self.name == DEFAULT

    @property
    def order(self) -> tuple[bool, float, str]:
        """The place among other rules: by priority, then by name, ``Default`` last."""
        return self.is_default, self.priority, self.name
