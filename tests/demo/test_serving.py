"""Serving an application in a process of its own."""

from __future__ import annotations

import socket
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from otel_xray.demo import environment, processes, serving
from otel_xray.demo.http_calls import call
from otel_xray.demo.processes import Child
from otel_xray.errors import ConfigurationError, OtelXrayError

pytestmark = pytest.mark.slow

CODE = """
from otel_xray.demo import serving
def application(environ, start_response):
    start_response("200 OK", [("Content-Length", "2")])
    return [b"hi"]
raise SystemExit(serving.run("The greeter", application, option="--greeter-port"))
"""


def _start(directory: Path, port: int) -> Child:
    (directory / "greeter.py").write_text(CODE)
    variables = environment.clean(PYTHONPATH=str(directory))
    ready = rf"^{serving.READY}(\S+)"
    return Child("Greeter", "greeter", [f"--port={port}"], ready=ready, variables=variables)


def test_a_process_serves_until_it_is_ended(tmp_path: Path) -> None:
    """The ready line names a URL that answers, and SIGTERM ends the process in good order."""
    child = _start(tmp_path, 0)
    try:
        url = child.wait_ready()[1]
        assert call("GET", url).body == b"hi"
    finally:
        processes.stop([child])
    assert child.process.returncode == 0


def test_a_port_in_use_names_the_option(tmp_path: Path) -> None:
    """A port that somebody has ends the process with one line: who, where, which option."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        child = _start(tmp_path, port)
        with pytest.raises(ConfigurationError) as caught:
            child.wait_ready()
        processes.stop([child])
    assert str(caught.value) == (
        f"The greeter cannot listen on 127.0.0.1:{port} (Address already in use); "
        "choose another --greeter-port."
    )


def test_an_application_is_served_in_threads() -> None:
    """Requests are answered while another one is still waiting."""
    with serving.listen("Test", 0) as listener:
        url = serving.url(listener)

        def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
            start_response("200 OK", [])
            if environ["PATH_INFO"] == "/outer":
                yield call("GET", f"{url}/inner").body
            yield b"."

        serving.serve(application, listener)
        assert call("GET", f"{url}/outer", timeout=10).body == b".."


def test_nobody_there_is_told() -> None:
    """A call that nobody answers is an error that says what was called."""
    with serving.listen("Test", 0) as listener:
        url = serving.url(listener)
    with pytest.raises(OtelXrayError, match=f"No answer to GET {url}: ConnectionRefusedError"):
        call("GET", url)
