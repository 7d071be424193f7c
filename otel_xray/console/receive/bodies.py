"""Request bodies: decompressed, never to more than a limit."""

from __future__ import annotations

import zlib

from otel_xray.errors import InvalidDocument

ENCODED_BYTES = 16 << 20  # of a body as it is sent
DECODED_BYTES = 64 << 20  # of a body after gunzip; a small bomb becomes gigabytes

_GZIP_WINDOW = 16 + zlib.MAX_WBITS


class BodyTooLarge(InvalidDocument):
    """A body exceeds the limit before or after decompression."""


def gunzip(data: bytes, limit: int = DECODED_BYTES) -> bytes:
    """
    Decompress gzip *data* of one or more members.

    Raises:
        BodyTooLarge: the result would exceed *limit* bytes; no more than that was produced.
        InvalidDocument: *data* is not gzip, or ends early.
    """
    parts: list[bytes] = []
    size = 0
    while data:
        decompressor = zlib.decompressobj(_GZIP_WINDOW)
        try:
            part = decompressor.decompress(data, limit - size + 1)
        except zlib.error as error:
            msg = f"The body is not gzip, though Content-Encoding says so: {error}"
            raise InvalidDocument(msg) from error
        size += len(part)
        if size > limit:
            msg = f"The body exceeds {limit} bytes when decompressed; send smaller batches."
            raise BodyTooLarge(msg)
        if not decompressor.eof:
            msg = f"The gzip body of {len(data)} bytes ends early."
            raise InvalidDocument(msg)
        parts.append(part)
        data = decompressor.unused_data
    return b"".join(parts)
