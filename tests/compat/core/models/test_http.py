from __future__ import annotations

from tests.compat.core.loading import core


def test_members_of_the_http_block(alias: None) -> None:
    """The names that X-Ray code uses, by request and response."""
    http = core("models.http")

    assert ("url", "method", "user_agent", "client_ip", "x_forwarded_for") == http.request_keys
    assert ("status", "content_length") == http.response_keys
    assert ("X-Amzn-Trace-Id", "HTTP_X_AMZN_TRACE_ID") == (http.XRAY_HEADER, http.ALT_XRAY_HEADER)
