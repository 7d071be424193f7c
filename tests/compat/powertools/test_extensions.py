"""What Tracer reaches beyond the recorder: clients of HTTP."""

from __future__ import annotations

import pytest

from tests.compat.core.processes import in_a_new_process
from tests.compat.powertools.conftest import HEADER

PROGRAM = """
import asyncio, http.client, http.server, json, threading
from otel_xray import compat
from otel_xray.compat import powertools
INSTALL
from aws_lambda_powertools.tracing import Tracer, aiohttp_trace_config
from otel_xray.testing import recording

class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"ok")
    def log_message(self, *arguments): pass

server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
port = server.server_port

def httplib(path):
    connection = http.client.HTTPConnection("127.0.0.1", port)
    connection.request("GET", path); connection.getresponse().read(); connection.close()

async def aiohttp():
    import aiohttp
    async with aiohttp.ClientSession(trace_configs=[aiohttp_trace_config()]) as session:
        async with session.get(f"http://127.0.0.1:{port}/orders") as response:
            await response.read()

with recording() as recorded:
    STEPS
server.shutdown(); server.server_close()
print(json.dumps([d["http"]["request"]["url"].rpartition("/")[2]
                  for d in recorded.documents() if "http" in d]))
"""
INVOCATION = {"LAMBDA_TASK_ROOT": "/var/task", "_X_AMZN_TRACE_ID": HEADER}
TRACERS = ("compat.install()", "powertools.install()")


def program(install: str, steps: str) -> str:
    """Return the program that uses one of the tracers."""
    return PROGRAM.replace("INSTALL", install).replace("STEPS", steps)


@pytest.mark.slow
@pytest.mark.parametrize("install", TRACERS)
def test_endpoints_can_be_ignored(install: str) -> None:
    """What ignore_endpoint names is called through httplib without a subsegment."""
    steps = (
        "tracer = Tracer('booking', patch_modules=('httplib',));"
        "tracer.ignore_endpoint(hostname='127.0.0.*', urls=['/health']);"
        "httplib('/health'); httplib('/orders')"
    )

    assert {"orders"} == set(in_a_new_process(program(install, steps), INVOCATION))


@pytest.mark.slow
@pytest.mark.parametrize("install", TRACERS)
def test_aiohttp_is_traced_by_its_configuration(install: str) -> None:
    """aiohttp_trace_config gives a session that makes its calls subsegments."""
    steps = "Tracer('booking', auto_patch=False); asyncio.run(aiohttp())"

    assert ["orders"] == in_a_new_process(program(install, steps), INVOCATION)


@pytest.mark.slow
@pytest.mark.parametrize("install", TRACERS)
@pytest.mark.parametrize(
    ("arguments", "patched"),
    [
        ("", [True, True]),
        ("patch_modules=('requests',)", [True, False]),
        ("auto_patch=False", [False, False]),
    ],
)
def test_libraries_are_patched(install: str, arguments: str, patched: list[bool]) -> None:
    """By default all, when they are imported; else those that are named."""
    found = in_a_new_process(
        "import json, sys; from otel_xray import compat; from otel_xray.compat import powertools;"
        f"{install}; from aws_lambda_powertools import Tracer; Tracer({arguments});"
        "import requests, httpx; from aws_xray_sdk.core import patcher;"
        "print(json.dumps([one in patcher._PATCHED_MODULES for one in ('requests', 'httpx')]))",
        INVOCATION,
    )

    assert patched == found
