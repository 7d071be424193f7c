"""
The environment variables that the demo's processes start with.

They get what a machine needs and nothing that a developer's shell may hold: a profile, an
endpoint or an OpenTelemetry setting would send the demo's calls or spans elsewhere.
"""

from __future__ import annotations

import os

_KEPT = frozenset(
    {"HOME", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "PATH", "PYTHONPATH", "TMPDIR", "VIRTUAL_ENV"}
)
_KEPT_PREFIX = "COVERAGE_"


def clean(**extra: str) -> dict[str, str]:
    """Return the kept variables of this process, and *extra*."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if name in _KEPT or name.startswith(_KEPT_PREFIX)
    }
    return kept | extra


def aws(**extra: str) -> dict[str, str]:
    """Return `clean` with what the AWS SDK needs to talk to nobody but a local endpoint."""
    return clean(
        AWS_ACCESS_KEY_ID="demo",
        AWS_SECRET_ACCESS_KEY="demo",  # noqa: S106  nobody checks it
        AWS_SESSION_TOKEN="demo",  # noqa: S106
        AWS_CONFIG_FILE=os.devnull,
        AWS_SHARED_CREDENTIALS_FILE=os.devnull,
        AWS_EC2_METADATA_DISABLED="true",
        **extra,
    )
