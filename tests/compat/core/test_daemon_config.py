from __future__ import annotations

import pytest

from tests.compat.core.loading import core

HERE = ("127.0.0.1", 2000)


@pytest.mark.parametrize(
    ("address", "udp", "tcp"),
    [
        (None, HERE, HERE),
        ("10.0.0.1:3000", ("10.0.0.1", 3000), ("10.0.0.1", 3000)),
        ("tcp:a:1 udp:b:2", ("b", 2), ("a", 1)),
        ("udp:b:2 tcp:a:1", ("b", 2), ("a", 1)),
        (":2000", ("", 2000), ("", 2000)),
    ],
)
def test_an_address_names_both_ways(
    alias: None, address: str | None, udp: tuple[str, int], tcp: tuple[str, int]
) -> None:
    """One address is for UDP and TCP, two are told apart by their prefixes."""
    config = core("daemon_config").DaemonConfig(address)

    assert udp == (config.udp_ip, config.udp_port)
    assert tcp == (config.tcp_ip, config.tcp_port)


def test_nothing_given_is_the_local_daemon(alias: None) -> None:
    """Without an argument and without a variable it is the default."""
    config = core("daemon_config").DaemonConfig()

    assert HERE == (config.udp_ip, config.udp_port)


def test_the_variable_beats_the_argument(alias: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """AWS_XRAY_DAEMON_ADDRESS decides where it is set."""
    monkeypatch.setenv("AWS_XRAY_DAEMON_ADDRESS", "10.0.0.9:9")

    assert "10.0.0.9" == core("daemon_config").DaemonConfig("10.0.0.1:1").tcp_ip


@pytest.mark.parametrize(
    "address",
    ["", " ", "host", "a:b", "[::1]:2000", "tcp:a:1 tcp:b:2", "tcp:a udp:b:1", "a:1 b:2 c:3"],
)
def test_an_address_that_cannot_be_read_is_refused(alias: None, address: str) -> None:
    """It raises by contract; the message quotes the address and says what to write."""
    invalid = core("exceptions.exceptions").InvalidDaemonAddressException

    with pytest.raises(invalid, match=r"^Invalid daemon address .*; write host:port"):
        core("daemon_config").DaemonConfig(address)
