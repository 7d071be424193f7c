"""
X-Ray's limits, and what is done to a value that exceeds one.

Source: developer guide, "X-Ray segment documents". Sanitisers are idempotent: what they return
passes unchanged through them again.
"""

from __future__ import annotations

import re
from functools import lru_cache

NAME_LENGTH = 200
ANNOTATION_KEY_LENGTH = 500
ANNOTATION_VALUE_LENGTH = 1_000
ANNOTATIONS_PER_TRACE = 50
DOCUMENT_BYTES = 64_000
DATAGRAM_BYTES = 65_507  # the most that UDP over IPv4 carries
DOCUMENTS_PER_CALL = 50
RESERVED_NAMESPACE = "AWS."

UNNAMED = "span"

_NAME = re.compile(r"[^\w\s.:/%&#=+\\\-@]")
_ANNOTATION_KEY = re.compile(r"[^A-Za-z0-9_.]")
_SDK_ANNOTATION_KEY = re.compile(r"[A-Za-z0-9_]+", re.ASCII)


@lru_cache(maxsize=1024)  # names are few, and each is needed again and again
def name(text: str) -> str:
    """Return *text* without the characters that X-Ray refuses in a name, at most 200 long."""
    return _NAME.sub("", text)[:NAME_LENGTH] or UNNAMED


def annotation_key(text: str) -> str:
    """Return *text* with every character that X-Ray does not index replaced by ``_``."""
    return _ANNOTATION_KEY.sub("_", text)[:ANNOTATION_KEY_LENGTH]


def is_annotation_key(key: object) -> bool:
    """Say whether X-Ray's own SDK accepts *key*: ASCII letters, digits and underscores."""
    return isinstance(key, str) and _SDK_ANNOTATION_KEY.fullmatch(key) is not None


def is_annotation_value(value: object) -> bool:
    """Say whether X-Ray indexes *value*: a string, a number or a boolean."""
    return isinstance(value, (str, int, float))


def is_namespace(namespace: object) -> bool:
    """Say whether metadata may stand under *namespace*: text that X-Ray does not reserve."""
    return isinstance(namespace, str) and not namespace.startswith(RESERVED_NAMESPACE)
