"""
Requests signed for AWS (Signature Version 4), which X-Ray's OTLP endpoint asks for.

`Signature` is for our own exporter; `session` is for OpenTelemetry's, which finds it by
``OTEL_PYTHON_EXPORTER_OTLP_HTTP_TRACES_CREDENTIAL_PROVIDER=otel_xray_sigv4``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from otel_xray import settings
from otel_xray.exporters.aws import SERVICE, Account, untraced

_SIGNED = frozenset({"authorization", "x-amz-date", "x-amz-security-token"})
_ENDPOINT = re.compile(r"https://xray\.([a-z0-9-]+)\.amazonaws\.com(?=[:/]|$)")


def region_of(url: str) -> str:
    """Return the region of *url*, X-Ray's own endpoint; empty for any other."""
    found = _ENDPOINT.match(url)
    return found[1] if found else ""


class Signature:
    """Signs requests to one URL, with credentials as they are at each request."""

    def __init__(self, url: str, account: Account) -> None:
        self._url = url
        self._account = account

    def __call__(self, body: bytes, headers: Mapping[str, str]) -> Mapping[str, str]:
        """
        Return the headers that sign a request.

        Raises:
            TransportError: there are no credentials, or no region.
        """
        return sign(self._url, body, headers, self._account)


def sign(url: str, body: bytes, headers: Mapping[str, str], account: Account) -> Mapping[str, str]:
    """Return the headers that sign a POST request of *body* to *url*."""
    from botocore.auth import SigV4Auth
    from botocore.awsrequest import AWSRequest

    with untraced():  # credentials may come from a service
        credentials = account.credentials()
    request: Any = AWSRequest("POST", url, dict(headers), body)
    SigV4Auth(credentials, SERVICE, account.region()).add_auth(request)
    signed: Mapping[str, str] = dict(request.headers.items())
    return {name: value for name, value in signed.items() if name.lower() in _SIGNED}


def session() -> Any:
    """Return a session of requests whose requests are signed."""
    import requests

    accounts: dict[str, Account] = {}
    stated = settings.aws_region()

    def authorize(request: Any) -> Any:
        region = region_of(request.url) or stated
        account = accounts.setdefault(region, Account(region))
        body = request.body or b""
        kept = {"Content-Type": request.headers.get("Content-Type", "")}
        request.headers.update(sign(request.url, body, kept, account))
        return request

    made = requests.Session()
    made.auth = authorize
    return made
