"""OpenTelemetry's own instrumentations, beside ours and by name."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module
from importlib.metadata import entry_points
from pathlib import Path

import httpx
import pytest
import requests
from opentelemetry.instrumentation.botocore import BotocoreInstrumentor
from opentelemetry.instrumentation.httpx import HTTPXClientInstrumentor
from opentelemetry.instrumentation.instrumentor import (  # type: ignore[attr-defined]  # is in __all__
    BaseInstrumentor,
)
from opentelemetry.instrumentation.requests import RequestsInstrumentor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import Tracer

from otel_xray import Tracer as XRayTracer
from otel_xray import instrument
from otel_xray.errors import ConfigurationError
from otel_xray.instrument import libraries
from otel_xray.instrument.contrib import CONTRIB, GROUPS
from otel_xray.instrument.libraries import LIBRARIES
from otel_xray.settings import Settings
from tests.instrument.conftest import MakeClient
from tests.instrument.servers import Server

pytestmark = pytest.mark.slow

INSTALLED = {
    one.name.replace("-", "_"): one for one in entry_points(group="opentelemetry_instrumentor")
}
OURS = {"aiobotocore", "botocore", "requests"}
CONTRIBS = "opentelemetry.instrumentation."


def scopes(exporter: InMemorySpanExporter) -> list[str]:
    """Return who made the spans that have ended, and forget them."""
    found = [span.instrumentation_scope for span in exporter.get_finished_spans()]
    exporter.clear()
    return [scope.name for scope in found if scope is not None and scope.name != "application"]


def run(code: str, **environ: str) -> subprocess.CompletedProcess[str]:
    """Run *code* in a new interpreter."""
    kept = {key: value for key, value in os.environ.items() if key.startswith("COV")}
    return subprocess.run(
        [sys.executable, "-c", code],
        check=True,
        capture_output=True,
        text=True,
        timeout=60,
        env={**kept, **environ},
    )


@pytest.fixture(autouse=True)
def nothing_left_behind() -> Iterator[None]:
    """Undo what a test has applied beside us."""
    yield
    instrument.uninstall()
    for kind in (RequestsInstrumentor, BotocoreInstrumentor, HTTPXClientInstrumentor):
        one: BaseInstrumentor = kind()
        if one.is_instrumented_by_opentelemetry:
            one.uninstrument()


# --- the table ----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(set(INSTALLED) & set(CONTRIB)))
def test_a_row_is_what_the_installed_package_says(name: str) -> None:
    """Class, package and the library's module are real, for every package that is installed."""
    row, actual = CONTRIB[name], INSTALLED[name]
    module = row.instrumentor.partition(":")[0]

    assert f"{CONTRIBS}{row.instrumentor}" == actual.value
    assert actual.dist is not None
    expected = f"opentelemetry-instrumentation-{row.distribution or module}"
    assert expected == actual.dist.name
    if name not in {"grpc_aio_client", "httpx2"}:  # of a library that is not installed
        assert row.target == import_module(row.target).__name__


def test_the_installed_packages_are_known() -> None:
    """No installed instrumentation is missing, but those of which we have our own."""
    assert {"fastapi", "httpx", "redis"} <= set(INSTALLED) & set(CONTRIB)
    assert OURS >= set(INSTALLED) - set(CONTRIB)
    assert set(LIBRARIES).isdisjoint({*CONTRIB, *GROUPS})
    assert {name for names in GROUPS.values() for name in names} <= set(CONTRIB)


def test_the_documentation_names_every_library() -> None:
    """The table in the documentation has the names that there are, and no others."""
    page = Path(__file__).parents[2] / "docs/how-to/instrument-other-libraries.md"
    table = page.read_text().partition("| | Names |")[2].partition("\n\n")[0]
    grouped = {name for name in CONTRIB if name.startswith("grpc_")}

    named = set(re.findall(r"`(\w+)`", table))
    assert {*LIBRARIES, "aioboto3", "boto3", "grpc", *CONTRIB} - grouped == named


# --- by name ------------------------------------------------------------------------------------


def test_a_chosen_library_is_traced_when_it_is_imported() -> None:
    """Nothing of OpenTelemetry's is loaded before the application's import, and then only its."""
    done = run(
        "import json, sys\n"
        "from otel_xray import instrument, settings\n"
        "loaded = lambda: [name for name in ('redis', 'httpx')"
        f" if '{CONTRIBS}' + name in sys.modules]\n"
        "instrument.install_chosen(settings.load())\n"
        "none = [name for name in sys.modules if 'instrumentation' in name or 'wrapt' in name]\n"
        "before = loaded(), none\n"
        "import httpx\n"
        "after = loaded(), hasattr(httpx.HTTPTransport.handle_request, '__wrapped__')\n"
        "import requests\n"
        "print(json.dumps([*before, *after, hasattr(requests.Session.send, '__wrapped__')]))",
        OTEL_XRAY_INSTRUMENT="httpx, Redis",
    )

    assert [[], [], ["httpx"], True, False] == json.loads(done.stdout)
    assert "" == done.stderr


def test_an_instrumentation_that_is_missing_is_one_line() -> None:
    """The application's import goes on, and the line says what to install."""
    done = run(
        "from otel_xray import instrument, settings\n"
        "instrument.install_chosen(settings.load())\n"
        "import flask\n"
        "print(flask.Flask('shop').name)",
        OTEL_XRAY_INSTRUMENT="flask,pika",
    )

    assert "shop\n" == done.stdout
    assert "flask is not traced: pip install opentelemetry-instrumentation-flask.\n" == done.stderr


def test_a_name_that_is_unknown_is_one_line() -> None:
    """The line quotes it and names the known ones; the others are traced."""
    done = run(
        "from otel_xray import instrument, settings\n"
        "for _ in range(2): instrument.install_chosen(settings.load())\n"
        "import httpx\n"
        "print(hasattr(httpx.HTTPTransport.handle_request, '__wrapped__'))",
        OTEL_XRAY_INSTRUMENT="flusk,httpx",
    )

    assert "True\n" == done.stdout
    (line,) = done.stderr.splitlines()
    assert line.startswith("OTEL_XRAY_INSTRUMENT: There is no instrumentation for 'flusk'")
    assert ", flask, " in line


@pytest.mark.parametrize(
    ("environ", "traced"),
    [
        ({}, [True, True]),
        ({"OTEL_XRAY_INSTRUMENT": "requests"}, [True, False]),
        ({"OTEL_XRAY_INSTRUMENT": "boto3"}, [False, True]),
        ({"OTEL_XRAY_INSTRUMENT": "none"}, [False, False]),
        ({"OTEL_PYTHON_DISABLED_INSTRUMENTATIONS": "redis,requests"}, [False, True]),
        ({"OTEL_PYTHON_DISABLED_INSTRUMENTATIONS": "*"}, [False, False]),
    ],
)
@pytest.mark.parametrize("who", ["install()", "install_chosen(settings.load())"])
def test_the_environment_decides_what_is_traced_by_default(
    environ: dict[str, str], traced: list[bool], who: str
) -> None:
    """By default it is what we instrument ourselves; two variables leave libraries out."""
    done = run(
        "import json\n"
        "from otel_xray import instrument, settings\n"
        f"instrument.{who}\n"
        "from botocore.client import BaseClient\n"
        "import requests\n"
        "ours = lambda method: method.__code__.co_name == 'intercepted'\n"
        "print(json.dumps([ours(requests.adapters.HTTPAdapter.send),"
        " ours(BaseClient._make_api_call)]))",
        **environ,
    )

    assert traced == json.loads(done.stdout)


def test_what_the_operator_switches_off_stays_off_whatever_the_code_says() -> None:
    """OTEL_PYTHON_DISABLED_INSTRUMENTATIONS holds for libraries that the code names, too."""
    done = run(
        "from otel_xray import instrument\n"
        "instrument.install('httpx', 'requests')\n"
        "import httpx, requests\n"
        "print(hasattr(httpx.HTTPTransport.handle_request, '__wrapped__'),"
        " hasattr(requests.adapters.HTTPAdapter.send, '__wrapped__'))",
        OTEL_PYTHON_DISABLED_INSTRUMENTATIONS="httpx,requests",
    )

    assert "False False\n" == done.stdout


def test_a_tracer_takes_the_names_too(
    server: Server, tracer: Tracer, exporter: InMemorySpanExporter
) -> None:
    """Tracer(patch_modules=…) and uninstall() switch a library that is imported already."""
    XRayTracer("shop", patch_modules=("httpx",))
    with tracer.start_as_current_span("segment"):
        httpx.get(server.url)
    assert ["opentelemetry.instrumentation.httpx"] == scopes(exporter)

    instrument.uninstall("httpx")
    with tracer.start_as_current_span("segment"):
        httpx.get(server.url)
    assert [] == scopes(exporter)
    with pytest.raises(ConfigurationError, match="'flusk'"):
        XRayTracer("shop", patch_modules=("flusk",))


def test_the_settings_may_be_given(
    server: Server, tracer: Tracer, exporter: InMemorySpanExporter
) -> None:
    """Who has settings already installs what they name."""
    instrument.install_chosen(Settings(libraries=("httpx",)))
    with tracer.start_as_current_span("segment"):
        httpx.get(server.url)
        requests.get(server.url, timeout=5)

    assert ["opentelemetry.instrumentation.httpx"] == scopes(exporter)


def test_both_names_of_one_framework_are_one_instrumentation() -> None:
    """A FastAPI application is one of Starlette's: where both are chosen a request is one span."""
    done = run(
        "from otel_xray import instrument\n"
        "instrument.install('fastapi', 'starlette')\n"
        "import fastapi, starlette.applications\n"
        "print(fastapi.FastAPI.__name__, starlette.applications.Starlette.__name__)",
    )

    assert "_InstrumentedFastAPI Starlette\n" == done.stdout


DJANGO = """
from opentelemetry.instrumentation.instrumentor import (
    BaseInstrumentor,  # type: ignore[attr-defined]  # it is in __all__
)

class DjangoInstrumentor(BaseInstrumentor):
    def instrumentation_dependencies(self):
        return []

    def _instrument(self, **options):
        from django.conf import settings
        print("instrumented", settings.configured)

    def _uninstrument(self, **options):
        print("taken back")
"""


def test_django_is_instrumented_once_its_settings_are_there(tmp_path: Path) -> None:
    """OpenTelemetry's would configure Django itself; so it waits for the first handler."""
    package = tmp_path / "opentelemetry" / "instrumentation" / "django"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text(DJANGO)
    done = run(
        "from otel_xray import instrument\n"
        "instrument.install('django')\n"
        "import django.core.handlers.base\n"
        "instrument.install('django')\n"
        "from django.core.handlers.wsgi import WSGIHandler\n"
        "print('imported')\n"
        "from django.conf import settings\n"
        "settings.configure(MIDDLEWARE=[])\n"
        "import django; django.setup()\n"
        "WSGIHandler(); WSGIHandler()\n"
        "instrument.uninstall(); WSGIHandler()\n",
        PYTHONPATH=str(tmp_path),
    )

    assert "imported\ninstrumented True\ntaken back\n" == done.stdout


def test_an_instrumentation_that_is_broken_breaks_no_import(tmp_path: Path) -> None:
    """What it raises is a warning; the library works as ever."""
    package = tmp_path / "opentelemetry" / "instrumentation" / "flask"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("import something_that_is_not_installed")
    done = run(
        "from otel_xray import instrument\n"
        "instrument.install('flask')\n"
        "import flask\n"
        "print(flask.Flask('shop').name)",
        PYTHONPATH=str(tmp_path),
    )

    assert "shop\n" == done.stdout
    assert "Failed while instrumenting a library; the application goes on." in done.stderr
    assert "something_that_is_not_installed" in done.stderr


# --- never two ----------------------------------------------------------------------------------


@pytest.mark.parametrize("first", ["ours", "theirs"])
def test_a_call_of_requests_is_one_span(
    first: str, server: Server, tracer: Tracer, exporter: InMemorySpanExporter
) -> None:
    """Where somebody has applied OpenTelemetry's, ours stands back until that is taken back."""
    theirs = RequestsInstrumentor()
    switches = [theirs.instrument, instrument.install]
    for switch in reversed(switches) if first == "ours" else switches:
        switch()
    with tracer.start_as_current_span("segment"):
        requests.get(server.url, timeout=5)
    assert ["opentelemetry.instrumentation.requests"] == scopes(exporter)

    theirs.uninstrument()
    with tracer.start_as_current_span("segment"):
        requests.get(server.url, timeout=5)
    assert ["otel_xray.instrument.requests"] == scopes(exporter)


@pytest.mark.parametrize("first", ["ours", "theirs"])
def test_an_aws_call_is_one_span(
    first: str, client: MakeClient, tracer: Tracer, exporter: InMemorySpanExporter
) -> None:
    """Whoever wraps the client's method outermost, one of both makes the span: OpenTelemetry's."""
    theirs: BaseInstrumentor = BotocoreInstrumentor()  # type: ignore[no-untyped-call]
    switches = [theirs.instrument, instrument.install]
    for switch in reversed(switches) if first == "ours" else switches:
        switch()
    with tracer.start_as_current_span("segment"):
        client().list_tables()
    assert ["opentelemetry.instrumentation.botocore.dynamodb"] == scopes(exporter)

    instrument.uninstall()
    theirs.uninstrument()
    instrument.install("botocore")
    with tracer.start_as_current_span("segment"):
        client().list_tables()
    assert ["otel_xray.instrument.botocore"] == scopes(exporter)


def test_what_others_have_applied_stays_theirs(
    server: Server, tracer: Tracer, exporter: InMemorySpanExporter
) -> None:
    """Neither installing again nor uninstalling touches an instrumentation that was there."""
    HTTPXClientInstrumentor().instrument()
    instrument.install("httpx")
    instrument.uninstall()
    with tracer.start_as_current_span("segment"):
        httpx.get(server.url)

    assert ["opentelemetry.instrumentation.httpx"] == scopes(exporter)


def test_a_ceded_library_is_given_back(
    server: Server, tracer: Tracer, exporter: InMemorySpanExporter
) -> None:
    """What the alias of the X-Ray SDK patches is traced by that alone."""
    others = ["somebody"]
    instrument.install("httpx")
    libraries.cede("httpx", lambda: bool(others))
    instrument.install("httpx")
    with tracer.start_as_current_span("segment"):
        httpx.get(server.url)
    assert [] == scopes(exporter)

    others.clear()
    instrument.install("httpx")
    with tracer.start_as_current_span("segment"):
        httpx.get(server.url)
    assert ["opentelemetry.instrumentation.httpx"] == scopes(exporter)


# --- what a contrib server instrumentation makes of received headers ----------------------------

SERVER = """
import asyncio, json
import httpx
from otel_xray import configure, instrument
from otel_xray.testing import recording
configure(backend="xray-daemon")
instrument.install("fastapi")
import fastapi

app = fastapi.FastAPI()

@app.get("/order")
async def order():
    return {}

async def ask(headers):
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://shop") as client:
        await client.get("/order", headers=headers)

def received(headers):
    with recording() as recorded:
        asyncio.run(ask(headers))
    span = next(one for one in recorded.spans if one.kind.name == "SERVER")
    parent = span.parent and f"{span.parent.trace_id:032x}-{span.parent.span_id:016x}"
    links = [f"{link.context.trace_id:032x}-{link.context.span_id:016x}" for link in span.links]
    return f"{span.context.trace_id:032x}", parent, links

root = "Root=1-5759e988-bd862e3fe1be46a994272793"
w3c = f"00-{16:032x}-{32:016x}-01"
print(json.dumps([
    received({"X-Amzn-Trace-Id": root}),
    received({"X-Amzn-Trace-Id": f"{root};Parent=53995c3f42cd8ad8;Sampled=1", "traceparent": w3c}),
    received({"traceparent": w3c}),
]))
"""


def test_a_contrib_server_span_is_where_the_headers_say() -> None:
    """Root alone is its trace; of two callers one is the parent and the other one a link."""
    root_alone, both, w3c = json.loads(run(SERVER).stdout)

    trace, parent = "5759e988bd862e3fe1be46a994272793", "53995c3f42cd8ad8"
    other = f"{16:032x}-{32:016x}"
    assert [trace, None, []] == root_alone
    assert [trace, f"{trace}-{parent}", [other]] == both
    assert [f"{16:032x}", other, []] == w3c
