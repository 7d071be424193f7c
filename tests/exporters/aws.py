"""AWS's side of a signature, in its own words, and an X-Ray that answers as it is told."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Mapping
from urllib.parse import urlsplit

KEY_ID, SECRET = "AKIDEXAMPLE", "secret"
_AUTHORIZATION = re.compile(
    r"AWS4-HMAC-SHA256 Credential=(?P<key>[^/]+)/(?P<scope>\S+), "
    r"SignedHeaders=(?P<headers>\S+), Signature=(?P<signature>[0-9a-f]{64})"
)


def scope_of_valid_signature(
    path: str, headers: Mapping[str, str], body: bytes, secret: str = SECRET
) -> str:
    """
    Check a POST request as AWS does ("Signature Version 4 signing process").

    Returns:
        Region, service and ending that it is signed for.
    """
    given = {name.lower(): value for name, value in headers.items()}
    found = _AUTHORIZATION.fullmatch(given["authorization"])
    assert found is not None, given["authorization"]
    names = found["headers"].split(";")
    canonical = "\n".join(
        [
            "POST",
            urlsplit(path).path,
            "",
            *(f"{name}:{' '.join(given[name].split())}" for name in names),
            "",
            found["headers"],
            hashlib.sha256(body).hexdigest(),
        ]
    )
    hashed = hashlib.sha256(canonical.encode()).hexdigest()
    text = "\n".join(["AWS4-HMAC-SHA256", given["x-amz-date"], found["scope"], hashed])
    key = f"AWS4{secret}".encode()
    for part in found["scope"].split("/"):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    assert hmac.new(key, text.encode(), hashlib.sha256).hexdigest() == found["signature"]
    return found["scope"].partition("/")[2]
