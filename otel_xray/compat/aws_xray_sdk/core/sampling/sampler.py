"""Decisions by X-Ray's rules, and by local ones until those are known."""

from __future__ import annotations

import logging
import time
from threading import Lock
from typing import Any

from otel_xray.sampling.fork import renew_in_child

from ... import global_sdk_config
from .connector import ServiceConnector
from .local.sampler import LocalSampler
from .reservoir import ReservoirDecision as ReservoirDecision
from .rule_cache import RuleCache
from .rule_poller import RulePoller
from .target_poller import TargetPoller

log = logging.getLogger(__name__)


class DefaultSampler:
    """
    Decides by the rules that X-Ray has for the account, which it polls in two threads.

    Until X-Ray has answered, and when it did not for an hour, local rules decide.
    """

    def __init__(self) -> None:
        """Begin without any rule of X-Ray's, and without any thread."""
        self._local_sampler = LocalSampler()
        self._cache = RuleCache()
        self._connector = ServiceConnector()
        self._rule_poller = RulePoller(self._cache, self._connector)
        self._target_poller = TargetPoller(self._cache, self._rule_poller, self._connector)
        self._xray_client: Any = None
        self._origin: str | None = None
        self._started = False
        self._lock = Lock()
        renew_in_child(self, DefaultSampler._renew)

    def start(self) -> None:
        """Start the two threads, unless they run already or the SDK is disabled."""
        if not global_sdk_config.sdk_enabled():
            return
        with self._lock:
            if self._started:
                return
            self._started = True
        self._rule_poller.start()
        self._target_poller.start()

    def should_trace(self, sampling_req: dict[str, Any] | None = None) -> bool | str:
        """
        Say whether a request is recorded; the first call starts the threads.

        Args:
            sampling_req: its ``host``, ``method``, ``path``, ``service`` and ``service_type``, as
                far as they are known; where the process runs becomes the type if there is none.

        Returns:
            The name of X-Ray's rule by which it is recorded, or what the local rules say.
        """
        if not global_sdk_config.sdk_enabled():
            return False
        if not self._started:
            self.start()
        if sampling_req is None:
            sampling_req = {"service_type": self._origin}
        elif sampling_req and not sampling_req.get("service_type"):
            sampling_req["service_type"] = self._origin
        now = int(time.time())
        rule = self._cache.get_matched_rule(sampling_req, now)
        if rule is None:
            log.info("There is no sampling rule of X-Ray's for a request; local ones decide.")
            return self._local_sampler.should_trace(sampling_req)
        log.debug("X-Ray's sampling rule %s decides.", rule.name)
        return rule.name if rule.decide(now) else False

    def load_local_rules(self, rules: dict[str, Any]) -> None:
        """
        Decide by other local rules where X-Ray's are not known.

        Args:
            rules: the document of them.

        Raises:
            InvalidSamplingManifestError: the document cannot be used.
        """
        self._local_sampler.load_local_rules(rules)

    def load_settings(self, daemon_config: Any, context: Any, origin: str | None = None) -> None:
        """
        Poll as a recorder is configured.

        Args:
            daemon_config: where the daemon listens; not asked when there is an `xray_client`.
            context: of the recorder, which then records nothing of the polling.
            origin: where the process runs, ``AWS::EC2::Instance``.
        """
        self._connector.setup_xray_client(
            ip=daemon_config.tcp_ip, port=daemon_config.tcp_port, client=self.xray_client
        )
        self._connector.context = context
        self._origin = origin

    @property
    def xray_client(self) -> Any:
        """Botocore's client for ``xray`` that polls instead of ours, if one was set."""
        return self._xray_client

    @xray_client.setter
    def xray_client(self, v: Any) -> None:
        self._xray_client = v

    def _renew(self) -> None:
        """Begin anew in a forked process, which has no such threads and no quotas."""
        self._lock = Lock()
        self._started = False
        self._cache.restart()
