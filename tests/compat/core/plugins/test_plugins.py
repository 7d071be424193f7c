from __future__ import annotations

import http.server
import json
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.compat.core.loading import core

DOCUMENT = {
    "instanceId": "i-1234",
    "availabilityZone": "eu-west-1a",
    "instanceType": "t3.nano",
    "imageId": "ami-1",
    "region": "eu-west-1",
}
DESCRIBED = {
    "instance_id": "i-1234",
    "availability_zone": "eu-west-1a",
    "instance_type": "t3.nano",
    "ami_id": "ami-1",
}


class Service(http.server.BaseHTTPRequestHandler):
    """An instance's metadata service; without a token it is one of the first version."""

    token: str | None = "secret"
    asked: list[tuple[str, str, str | None]]

    def do_PUT(self) -> None:
        """Give a token."""
        life = self.headers.get("X-aws-ec2-metadata-token-ttl-seconds")
        self.asked.append(("PUT", self.path, life))
        self.answer(200 if self.token else 405, self.token or "")

    def do_GET(self) -> None:
        """Give the document."""
        token = self.headers.get("X-aws-ec2-metadata-token")
        self.asked.append(("GET", self.path, token))
        self.answer(200 if token == self.token else 401, json.dumps(DOCUMENT))

    def answer(self, status: int, body: str) -> None:
        """Send it."""
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Say nothing."""


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> Iterator[type[Service]]:
    """Serve metadata on loopback, beside a proxy that nobody must ask."""
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    handler: type[Service] = type("Handler", (Service,), {"asked": []})
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    handler.url = f"http://127.0.0.1:{server.server_port}/latest/"  # type: ignore[attr-defined]
    yield handler
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def ec2(alias: None, service: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return the plugin, asking that service."""
    plugin = core("plugins.ec2_plugin")
    monkeypatch.setattr(plugin, "IMDS_URL", service.url)
    return plugin


def test_an_instance_is_described_with_a_token(ec2: Any, service: Any) -> None:
    """The second version of the service is asked, for a token of a minute, without a proxy."""
    ec2.initialize()

    assert DESCRIBED == ec2.runtime_context
    assert [
        ("PUT", "/latest/api/token", "60"),
        ("GET", "/latest/dynamic/instance-identity/document", "secret"),
    ] == service.asked
    assert ("ec2", "AWS::EC2::Instance") == (ec2.SERVICE_NAME, ec2.ORIGIN)


def test_an_old_service_is_asked_without_a_token(
    ec2: Any, service: Any, caplog: pytest.LogCaptureFixture
) -> None:
    """Where no token is given, which is a warning, the first version answers."""
    service.token = None

    ec2.initialize()

    assert DESCRIBED == ec2.runtime_context
    assert ["WARNING"] == [record.levelname for record in caplog.records]


def test_elsewhere_there_is_no_instance(
    ec2: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Nobody answers: two warnings, and nothing is described."""
    monkeypatch.setattr(ec2, "IMDS_URL", "http://127.0.0.1:1/latest/")

    ec2.initialize()

    assert {} == ec2.runtime_context
    assert ["WARNING", "WARNING"] == [record.levelname for record in caplog.records]


@pytest.mark.parametrize("answer", ["", "{}", "<html>"])
def test_another_service_is_no_instance(ec2: Any, answer: str) -> None:
    """What is no identity document is refused, which asking for it turns into a warning."""
    with pytest.raises((KeyError, ValueError)):
        ec2.parse_metadata_json(answer)


def test_a_service_that_is_silent_is_given_up(ec2: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """After a second the process goes on."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        with pytest.raises(TimeoutError):
            ec2.do_request(f"http://127.0.0.1:{silent.getsockname()[1]}/")
        assert ec2.do_request(None) is None


def test_a_container_is_named_after_its_host(alias: None) -> None:
    """The ECS plugin gives the host's name."""
    plugin = core("plugins.ecs_plugin")

    plugin.initialize()

    assert {"container": socket.gethostname()} == plugin.runtime_context
    assert ("ecs", "AWS::ECS::Container") == (plugin.SERVICE_NAME, plugin.ORIGIN)


def test_a_host_without_a_name_is_no_container(
    alias: None, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """An empty name describes nothing; a failure is a warning."""

    def fail() -> str:
        raise OSError

    plugin = core("plugins.ecs_plugin")
    monkeypatch.setattr("socket.gethostname", str)
    plugin.initialize()
    assert {} == plugin.runtime_context

    monkeypatch.setattr("socket.gethostname", fail)
    plugin.initialize()
    assert plugin.runtime_context is None
    assert ["WARNING"] == [record.levelname for record in caplog.records]


def test_an_environment_is_described_by_its_file(
    alias: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The Elastic Beanstalk plugin gives what the file says."""
    plugin = core("plugins.elasticbeanstalk_plugin")
    described = {"deployment_id": 32, "environment_name": "shop", "version_label": "v1"}
    monkeypatch.setattr(plugin, "CONF_PATH", str(tmp_path / "environment.conf"))
    (tmp_path / "environment.conf").write_text(json.dumps(described))

    plugin.initialize()

    assert described == plugin.runtime_context
    assert "elastic_beanstalk" == plugin.SERVICE_NAME
    assert "AWS::ElasticBeanstalk::Environment" == plugin.ORIGIN


def test_without_the_file_there_is_no_environment(
    alias: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """It is a warning, and nothing is described."""
    plugin = core("plugins.elasticbeanstalk_plugin")
    monkeypatch.setattr(plugin, "CONF_PATH", str(tmp_path / "environment.conf"))

    plugin.initialize()

    assert plugin.runtime_context is None
    assert ["WARNING"] == [record.levelname for record in caplog.records]


def test_plugins_are_found_by_name(alias: None) -> None:
    """Their documented names in any case, or the names of the modules."""
    found = core("plugins.utils").get_plugin_modules(("ec2PLUGIN", "ecs_plugin"))

    assert ["aws_xray_sdk.core.plugins.ec2_plugin", "aws_xray_sdk.core.plugins.ecs_plugin"] == [
        module.__name__ for module in found
    ]


@pytest.mark.parametrize("names", [("Unknown",), "EC2Plugin"])
def test_unknown_plugins_are_refused(alias: None, names: Any) -> None:
    """A text in the place of a tuple is one letter after the other."""
    with pytest.raises(ModuleNotFoundError):
        core("plugins.utils").get_plugin_modules(names)


@pytest.mark.parametrize("names", [(), None])
def test_no_plugins_are_refused(alias: None, names: Any) -> None:
    """Asking for none is a mistake."""
    with pytest.raises(core("exceptions.exceptions").MissingPluginNames, match="EC2Plugin"):
        core("plugins.utils").get_plugin_modules(names)
