"""The last look at what is printed."""

from __future__ import annotations

import pytest

from otel_xray.cli.checks.redaction import HIDDEN, redacted


@pytest.mark.parametrize(
    "environ",
    [
        {"HONEYCOMB_API_KEY": "s3cret"},
        {"AWS_SECRET_ACCESS_KEY": "s3cret"},
        {"AWS_SESSION_TOKEN": " s3cret "},
        {"OTEL_XRAY_TICKET_SECRET": "s3cret"},
        {"OTEL_EXPORTER_OTLP_HEADERS": "a=s3cret,b=other"},
        {"OTEL_EXPORTER_OTLP_HEADERS": "s3cret"},
        {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://me:s3cret@c"},
        {"HTTPS_PROXY": "http://me:s3%63ret@c"},
        {"HTTPS_PROXY": "said s3cret", "X_TOKEN": "s3cret"},
    ],
)
def test_a_credential_is_hidden_wherever_it_is_written(environ: dict[str, str]) -> None:
    """Those of vendors, AWS, headers, URLs and proxies; encoded or not."""
    assert f"it says {HIDDEN}." == redacted("it says s3cret.", environ)


def test_a_url_that_cannot_be_read_is_hidden_whole() -> None:
    """Where its password is cannot be said."""
    url = "http://me:s3cret@[c"

    assert HIDDEN == redacted(url, {"OTEL_EXPORTER_OTLP_ENDPOINT": url})


def test_what_is_no_credential_stays() -> None:
    """Very short values would hide half of any text."""
    environ = {"OTEL_EXPORTER_OTLP_HEADERS": "a=b", "OTEL_SERVICE_NAME": "shop"}

    assert "a shop" == redacted("a shop", environ)
