"""How the pollers reach X-Ray: through the daemon, which signs what they ask."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from functools import wraps
from typing import Any

from otel_xray.sampling.fork import renew_in_child
from otel_xray.sampling.rule import ANY, Rule
from otel_xray.sampling.service import fetch_rules, report

from ..context import Context
from ..models.dummy_entities import DummySegment
from .sampling_rule import SamplingRule


def _unrecorded(method: Callable[..., Any]) -> Callable[..., Any]:
    """Make *method* of a connector record nothing of what it does, whatever is patched."""

    @wraps(method)
    def unrecorded(self: ServiceConnector, *args: Any, **kargs: Any) -> Any:
        with _inside_a_dummy(self.context):
            return method(self, *args, **kargs)

    return unrecorded


@contextmanager
def _inside_a_dummy(context: Any) -> Generator[None, None, None]:
    context.set_trace_entity(DummySegment())
    try:
        yield
    finally:
        context.clear_trace_entities()


class ServiceConnector:
    """Fetches rules and targets from X-Ray."""

    def __init__(self) -> None:
        """Ask the daemon at its usual address, once there is something to ask."""
        self._context: Any = Context()
        self.setup_xray_client("127.0.0.1", 2000, None)
        self._renew()
        renew_in_child(self, ServiceConnector._renew)

    @_unrecorded
    def fetch_sampling_rules(self) -> list[SamplingRule]:
        """Return the rules that this SDK can follow: those without a resource and attributes."""
        rules = fetch_rules(self._client())
        return [_sampling_rule(rule) for rule in rules if _can_be_followed(rule)]

    @_unrecorded
    def fetch_sampling_target(
        self, rules: list[SamplingRule]
    ) -> tuple[dict[str, dict[str, Any]], int]:
        """
        Report the statistics of *rules*.

        Returns:
            What X-Ray answers: ``rate``, ``quota``, ``TTL`` and ``interval`` by the rules' names,
            and when a rule was changed last, in seconds since the epoch.
        """
        answer = report(self._client(), rules, self._client_id, time.time())
        targets = {
            name: {
                "rate": target.rate,
                "quota": target.quota,
                "TTL": None if target.expires is None else int(target.expires),
                "interval": target.interval,
            }
            for name, target in answer.targets.items()
        }
        return targets, int(answer.modified)

    def setup_xray_client(self, ip: str, port: int | str, client: Any) -> None:
        """
        Ask another server from now on.

        Args:
            ip: its host.
            port: its TCP port.
            client: asks instead if given: botocore's client for ``xray``, or what has its methods
                ``get_sampling_rules`` and ``get_sampling_targets``.
        """
        self._address = (ip, int(port))
        self._xray_client = client or None

    @property
    def context(self) -> Any:
        """Keeps the segment in which nothing is recorded while X-Ray is asked."""
        return self._context

    @context.setter
    def context(self, v: Any) -> None:
        self._context = v

    def _client(self) -> Any:
        if self._xray_client is None:
            from otel_xray.sampling.client import SamplingClient

            self._xray_client = SamplingClient(*self._address)
        return self._xray_client

    def _renew(self) -> None:
        """Become another client, which in a forked process this is."""
        self._client_id = os.urandom(12).hex()


def _can_be_followed(rule: Rule) -> bool:
    return rule.resource_arn == ANY and not rule.attributes


def _sampling_rule(rule: Rule) -> SamplingRule:
    return SamplingRule(
        rule.name,
        rule.priority,
        rule.rate,
        rule.reservoir_size,
        rule.host,
        rule.method,
        rule.path,
        rule.service,
        rule.service_type,
    )
