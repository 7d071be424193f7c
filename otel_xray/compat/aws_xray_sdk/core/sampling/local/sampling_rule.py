"""A local rule."""

from __future__ import annotations

from typing import Any

from otel_xray.errors import ConfigurationError
from otel_xray.sampling.manifest import FIXED_TARGET, HOST_KEYS, METHOD, PATH, RATE, parse_rule
from otel_xray.sampling.rule import Request

from ...exceptions.exceptions import InvalidSamplingManifestError
from ...utils.search_pattern import wildcard_match as wildcard_match
from .reservoir import Reservoir


class SamplingRule:
    """
    One rule of a document of local rules.

    Attributes:
        FIXED_TARGET: key of the requests a second that are recorded before the rate counts.
        RATE: key of the share of the others.
        HOST: key of the host's pattern, in version 2.
        METHOD: key of the method's pattern.
        PATH: key of the path's pattern.
        SERVICE_NAME: key of the host's pattern, in version 1.
    """

    FIXED_TARGET = FIXED_TARGET
    RATE = RATE

    HOST = HOST_KEYS[2]
    METHOD = METHOD
    PATH = PATH
    SERVICE_NAME = HOST_KEYS[1]

    def __init__(self, rule_dict: dict[str, Any], version: int = 2, default: bool = False) -> None:
        """
        Read a rule.

        Args:
            rule_dict: its object in the document.
            version: of the document.
            default: it decides when no other rule does, and has no patterns.

        Raises:
            InvalidSamplingManifestError: it is incomplete or contradicts itself.
        """
        try:
            self._rule = parse_rule(rule_dict, version, default=default)
        except ConfigurationError as error:
            raise InvalidSamplingManifestError(str(error)) from None
        self._version = version
        self._default = default
        self._reservoir = Reservoir(self._rule.reservoir_size)

    def applies(self, host: str | None, method: str | None, path: str | None) -> bool:
        """Say whether the rule is for a request; what is not known of one matches."""
        if self._default:
            return not (host or method or path)
        return self._rule.matches(Request(host, method, path))

    @property
    def fixed_target(self) -> float:
        """Requests a second that are recorded before the rate counts."""
        return self._rule.reservoir_size

    @property
    def rate(self) -> float:
        """Share of the others that are recorded."""
        return self._rule.rate

    @property
    def host(self) -> str | None:
        """Pattern; None for the default rule."""
        return None if self._default else self._rule.host

    @property
    def method(self) -> str | None:
        """Pattern; None for the default rule."""
        return None if self._default else self._rule.method

    @property
    def path(self) -> str | None:
        """Pattern; None for the default rule."""
        return None if self._default else self._rule.path

    @property
    def reservoir(self) -> Reservoir:
        """Counts the requests of the current second."""
        return self._reservoir

    @property
    def version(self) -> int:
        """Version of the document that it is from."""
        return self._version
