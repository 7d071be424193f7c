"""
The AWS account that spans are sent to: region, credentials and clients, as botocore finds them.

The application's default session is used where boto3 has one. Nothing is loaded before the first
spans are sent.
"""

from __future__ import annotations

import sys
from collections.abc import Generator
from contextlib import contextmanager
from importlib.util import find_spec
from typing import Any

from opentelemetry import context as otel_context
from opentelemetry.context import Context

from otel_xray.errors import ConfigurationError, TransportError
from otel_xray.instrument.suppression import KEYS

SERVICE = "xray"


def account(region: str, wanted_by: str) -> Account:
    """
    Return the account, once it is certain that it can be used.

    Args:
        region: as the environment names it; empty for the one that botocore finds.
        wanted_by: the exporter's name.

    Raises:
        ConfigurationError: there is no botocore, or no region.
    """
    if find_spec("botocore") is None:
        msg = f"OTEL_TRACES_EXPORTER names {wanted_by}, which needs botocore; pip install boto3."
        raise ConfigurationError(msg)
    found = Account(region)
    if not found.region():
        msg = f"OTEL_TRACES_EXPORTER names {wanted_by}, but no region is set; set AWS_REGION."
        raise ConfigurationError(msg)
    return found


@contextmanager
def untraced() -> Generator[None, None, None]:
    """Call AWS without a span, and in nobody's name: what sends spans is not the application."""
    token = otel_context.attach(Context(dict.fromkeys(KEYS, True)))
    try:
        yield
    finally:
        otel_context.detach(token)


class Account:
    """Region, credentials and clients of one session."""

    def __init__(self, region: str) -> None:
        """
        Prepare; nothing is loaded yet.

        Args:
            region: to use; empty for the session's own.
        """
        self._region = region
        self._session: Any = None

    def region(self) -> str:
        """Return the region; empty if there is none."""
        return str(self._region or self._opened().get_config_variable("region") or "")

    def credentials(self) -> Any:
        """
        Return credentials as they are now: botocore refreshes those that expire.

        Raises:
            TransportError: there are none.
        """
        from botocore.exceptions import BotoCoreError

        try:
            found = self._opened().get_credentials()
            frozen = found.get_frozen_credentials() if found is not None else None
        except BotoCoreError as error:
            msg = f"AWS credentials cannot be had ({error})"
            raise TransportError(msg) from error
        if frozen is None or not frozen.access_key:
            msg = "there are no AWS credentials"
            raise TransportError(msg)
        return frozen

    def client(self, timeout: float) -> Any:
        """Return a client of X-Ray, which never tries again by itself."""
        from botocore.config import Config

        config = Config(
            connect_timeout=timeout, read_timeout=timeout, retries={"total_max_attempts": 1}
        )
        # made in the thread that sends, which is the only one to use it
        return self._opened().create_client(SERVICE, region_name=self.region(), config=config)

    def _opened(self) -> Any:
        if self._session is None:
            boto3: Any = sys.modules.get("boto3")
            default = getattr(boto3, "DEFAULT_SESSION", None)
            self._session = getattr(default, "_session", None) or _new_session()
        return self._session


def _new_session() -> Any:
    from botocore.session import get_session

    return get_session()
