"""The EC2 instance on which the process runs."""

from __future__ import annotations

import logging
from collections.abc import Mapping

log = logging.getLogger(__name__)

SERVICE_NAME = "ec2"
ORIGIN = "AWS::EC2::Instance"
IMDS_URL = "http://169.254.169.254/latest/"

runtime_context: dict[str, str] = {}

_SECONDS = 1.0
_TOKEN_LIFE = {"X-aws-ec2-metadata-token-ttl-seconds": "60"}  # no token that lies around
_TOKEN = "X-aws-ec2-metadata-token"  # noqa: S105  the name of a header
_MEMBERS = {
    "instance_id": "instanceId",
    "availability_zone": "availabilityZone",
    "instance_type": "instanceType",
    "ami_id": "imageId",
}
_REFUSED = 300


def initialize() -> None:
    """Ask the instance's metadata service, and keep what it says in `runtime_context`."""
    global runtime_context  # noqa: PLW0603  where X-Ray code looks for it
    runtime_context = get_metadata(get_token())


def get_token() -> str | None:
    """Return a token for the service's second version; None, and a warning, without it."""
    try:
        return do_request(f"{IMDS_URL}api/token", headers=_TOKEN_LIFE, method="PUT")
    except Exception:  # noqa: BLE001  nobody may be there, or somebody else
        log.warning("There is no token for the EC2 metadata service (IMDSv2).")
        return None


def get_metadata(token: str | None = None) -> dict[str, str]:
    """
    Return what the service says of the instance; nothing, and a warning, without it.

    Args:
        token: without one, the service's first version is asked.
    """
    try:
        document = do_request(
            f"{IMDS_URL}dynamic/instance-identity/document",
            headers={_TOKEN: token} if token else None,
        )
        return parse_metadata_json(document or "")
    except Exception:  # noqa: BLE001  nobody may be there, or somebody else
        log.warning("There is no EC2 metadata service; segments do not name an instance.")
        return {}


def parse_metadata_json(json_str: str) -> dict[str, str]:
    """
    Return the members of an instance's identity document that segments hold.

    Raises:
        ValueError: it is no JSON.
        KeyError: a member is not there.
    """
    import json

    document = json.loads(json_str)
    return {name: document[member] for name, member in _MEMBERS.items()}


def do_request(
    url: str | None, headers: Mapping[str, str] | None = None, method: str = "GET"
) -> str | None:
    """
    Return the body that *url* answers, without asking any proxy.

    Raises:
        OSError: nobody answers within a second, or they refuse.
    """
    if url is None:
        return None
    from http.client import HTTPConnection
    from urllib.parse import urlsplit

    address = urlsplit(url)
    connection = HTTPConnection(address.netloc, timeout=_SECONDS)
    try:
        connection.request(method, address.path, headers=dict(headers or {}))
        answer = connection.getresponse()
        if answer.status >= _REFUSED:
            msg = f"{method} {url} was answered with {answer.status} {answer.reason}."
            raise ConnectionRefusedError(msg)
        return answer.read().decode()
    finally:
        connection.close()
