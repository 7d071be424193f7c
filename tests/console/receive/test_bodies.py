from __future__ import annotations

import gzip
import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from otel_xray.console.receive.bodies import BodyTooLarge, gunzip
from otel_xray.errors import InvalidDocument


@settings(deadline=None)
@given(st.binary(max_size=200), st.binary(max_size=200))
def test_gzip_of_several_members_is_decompressed(first: bytes, second: bytes) -> None:
    """Concatenated members are one body (RFC 1952, 2.2)."""
    assert first + second == gunzip(gzip.compress(first) + gzip.compress(second))


def test_a_bomb_is_stopped_at_the_limit() -> None:
    """A gigabyte in a megabyte costs no more memory than the limit."""
    bomb = gzip.compress(bytes(1 << 20)) * 1000
    tracemalloc.start()
    with pytest.raises(BodyTooLarge, match="exceeds 4194304 bytes when decompressed"):
        gunzip(bomb, 4 << 20)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 16 << 20


def test_exactly_the_limit_passes() -> None:
    """The limit itself is allowed, one byte more is not."""
    assert bytes(100) == gunzip(gzip.compress(bytes(100)), 100)
    with pytest.raises(BodyTooLarge):
        gunzip(gzip.compress(bytes(101)), 100)


@pytest.mark.parametrize(
    ("data", "reason"),
    [(b"plain", "is not gzip"), (gzip.compress(b"x" * 99)[:-4], "ends early")],
)
def test_what_is_no_gzip_is_refused(data: bytes, reason: str) -> None:
    """Both garbage and a body that was cut off say so."""
    with pytest.raises(InvalidDocument, match=reason):
        gunzip(data)


@settings(deadline=None)
@given(st.binary(max_size=300))
def test_no_bytes_break_it(data: bytes) -> None:
    """Any bytes are decompressed or refused."""
    try:
        gunzip(data)
    except InvalidDocument:
        return
