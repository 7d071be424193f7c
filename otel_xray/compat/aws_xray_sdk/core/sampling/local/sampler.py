"""Decisions by local rules, for a recorder."""

from __future__ import annotations

import time
from typing import Any

from otel_xray.errors import ConfigurationError
from otel_xray.sampling import manifest
from otel_xray.sampling.fork import renew_in_child
from otel_xray.sampling.local import LocalRules
from otel_xray.sampling.rule import from_mapping

from ...exceptions.exceptions import InvalidSamplingManifestError
from .sampling_rule import SamplingRule as SamplingRule

SUPPORTED_RULE_VERSION = tuple(manifest.HOST_KEYS)

# A copy, since applications may change what they get from here.
local_sampling_rule: dict[str, Any] = {
    **manifest.DEFAULT_DOCUMENT,
    "default": dict(manifest.DEFAULT_DOCUMENT["default"]),
    "rules": [],
}


class LocalSampler:
    """Decides by local rules: the first that is for a request, else the default rule."""

    def __init__(self, rules: dict[str, Any] = local_sampling_rule) -> None:
        """
        Begin with rules.

        Args:
            rules: the document of them; one request a second and a twentieth of the others when
                it is not given.

        Raises:
            InvalidSamplingManifestError: the document cannot be used.
        """
        self.load_local_rules(rules)
        renew_in_child(self, LocalSampler._renew)

    def should_trace(self, sampling_req: dict[str, Any] | None = None) -> bool:
        """
        Say whether a request is recorded.

        Args:
            sampling_req: its ``host``, ``method`` and ``path``, as far as they are known; None is
                for the default rule.
        """
        request = None if sampling_req is None else from_mapping(sampling_req)
        return self._rules.decide(request, time.time())

    def load_local_rules(self, rules: dict[str, Any]) -> None:
        """
        Decide by other rules; they stay what they were when these cannot be used.

        Args:
            rules: the document of them.

        Raises:
            InvalidSamplingManifestError: the document cannot be used.
        """
        try:
            self._rules = LocalRules(manifest.parse(rules))
        except ConfigurationError as error:
            raise InvalidSamplingManifestError(str(error)) from None

    def _renew(self) -> None:
        self._rules.restart()
