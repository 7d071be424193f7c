from __future__ import annotations

import pytest

from otel_xray.errors import ConfigurationError
from otel_xray.setting_values import Proxies
from otel_xray.transport.proxy import choose

BOTH = Proxies("http://plain:1", "secure:2", "inside.example, 10.0.0.1:4318")


@pytest.mark.parametrize(
    ("url", "proxy"),
    [
        ("http://collector.example/", "http://plain:1"),
        ("https://collector.example/", "http://secure:2"),
        ("https://inside.example/", ""),
        ("https://a.inside.example:4318/", ""),
        ("http://user:password@10.0.0.1:4318/", ""),
        ("http://10.0.0.1:4319/", "http://plain:1"),
        ("http://localhost:4318/", ""),
        ("http://127.0.0.2:4318/", ""),
        ("http://[::1]:4318/", ""),
    ],
)
def test_the_url_decides_which_proxy_there_is(url: str, proxy: str) -> None:
    """The scheme chooses; what NO_PROXY names, and this machine, are reached directly."""
    assert proxy == choose(BOTH, url)


def test_without_a_variable_there_is_no_proxy() -> None:
    """Nothing set is nothing used, whatever is to be bypassed."""
    assert "" == choose(Proxies(bypass="*"), "https://collector.example/")
    assert "" == choose(Proxies("http://a:1", "http://a:1", "*"), "https://collector.example/")


@pytest.mark.parametrize(
    "proxy", ["socks5://me:s3cret@proxy:1080", "https://proxy", "http://", "http://proxy:x", "h:0"]
)
def test_other_proxies_are_refused_without_being_quoted(proxy: str) -> None:
    """What is no HTTP proxy is said with the way out; its password stays unsaid."""
    with pytest.raises(ConfigurationError, match=r"add collector.example to NO_PROXY") as caught:
        choose(Proxies(https=proxy), "https://collector.example/")

    assert "s3cret" not in str(caught.value)
