"""Names of segments that depend on the host that was asked."""

from __future__ import annotations

from ..utils.search_pattern import wildcard_match


class DefaultDynamicNaming:
    """Names a segment after the host, if that is one of the application's own names."""

    def __init__(self, pattern: str, fallback: str | None) -> None:
        """
        Name segments.

        Args:
            pattern: that the host must match; ``*`` and ``?`` are wildcards.
            fallback: the name where it does not.
        """
        self._pattern = pattern
        self._fallback = fallback

    def get_name(self, host_name: str | None) -> str | None:
        """Return the name of a segment for a request to *host_name*."""
        return host_name if wildcard_match(self._pattern, host_name) else self._fallback
