"""Methods of HTTP that may stand in a span's name: anything else would make names without end."""

from __future__ import annotations

METHODS = frozenset(
    {"CONNECT", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "QUERY", "TRACE"}
)
OTHER_METHOD = "_OTHER"  # semantic conventions, HTTP: stands for every other
