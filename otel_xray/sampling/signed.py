"""X-Ray's sampling service at its own API: signed requests, by botocore."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from typing import Any

from otel_xray.errors import ConfigurationError


class SignedService:
    """
    Asks X-Ray itself. Botocore is loaded when it is first asked, in the thread that polls.

    Attributes:
        timeout: seconds that connecting may take, and an answer; settled when it is first asked.
    """

    def __init__(self, region: str, endpoint: str, *, timeout: float) -> None:
        """
        Prepare; nothing is loaded yet.

        Args:
            region: to sign for; empty for the one that botocore finds.
            endpoint: URL of the API; empty for the region's own.
            timeout: seconds.

        Raises:
            ConfigurationError: there is no botocore.
        """
        if find_spec("botocore") is None:
            msg = (
                "X-Ray's API takes signed requests, which need botocore; pip install boto3, or name"
                " the daemon or a collector as the endpoint of OTEL_TRACES_SAMPLER_ARG."
            )
            raise ConfigurationError(msg)
        self.timeout = timeout
        self._region = region
        self._endpoint = endpoint
        self._made: Any = None

    def get_sampling_rules(self, **arguments: str) -> Mapping[str, Any]:
        """Return a page of the rules."""
        answer: Mapping[str, Any] = self._client().get_sampling_rules(**arguments)
        return answer

    def get_sampling_targets(
        self,
        *,
        SamplingStatisticsDocuments: Sequence[Mapping[str, Any]],  # noqa: N803  as boto3 calls it
        **more: Sequence[Mapping[str, Any]],
    ) -> Mapping[str, Any]:
        """Report statistics, and return what is aimed at."""
        answer: Mapping[str, Any] = self._client().get_sampling_targets(
            SamplingStatisticsDocuments=SamplingStatisticsDocuments, **more
        )
        return answer

    def _client(self) -> Any:
        if self._made is None:
            from botocore.config import Config
            from botocore.session import get_session

            config = Config(
                connect_timeout=self.timeout,
                read_timeout=self.timeout,
                retries={"total_max_attempts": 1},
            )
            self._made = get_session().create_client(
                "xray",
                region_name=self._region or None,
                endpoint_url=self._endpoint or None,
                config=config,
            )
        return self._made
