from __future__ import annotations

import asyncio
import importlib
import logging
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from otel_xray import compat
from otel_xray.testing import Recording
from tests.compat.core.loading import core
from tests.compat.core.processes import in_a_new_process

LIBRARIES = (
    *("aiobotocore", "botocore", "pynamodb", "requests", "sqlite3", "mysql", "httplib", "pymongo"),
    *("pymysql", "psycopg2", "psycopg", "pg8000", "sqlalchemy_core", "httpx"),
)
STORE = """
from os.path import join

def order():
    return join("a", "b")

async def awaited():
    return "awaited"

def steps():
    yield "step"

class Shelf:
    def __init__(self):
        self.size = 1

    def take(self):
        return self.size

    @classmethod
    def of(cls):
        return cls()

    @staticmethod
    def count():
        return 2

    @property
    def label(self):
        return "label"

    class Board:
        def hold(self):
            return "held"

class Cupboard(Shelf):
    def open(self):
        return self.take()
"""


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Be in the folder of an application, whose modules are forgotten afterwards."""
    package = tmp_path / "patched_shop"
    (package / "inner").mkdir(parents=True)
    (package / "__init__.py").write_text("def greet():\n    return 'hello'\n")
    (package / "store.py").write_text(STORE)
    (package / "inner" / "__init__.py").write_text("")
    (package / "inner" / "secret.py").write_text("def hide():\n    return 'hidden'\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    before = list(sys.meta_path)
    yield package
    for name in [name for name in sys.modules if name.startswith("patched_shop")]:
        del sys.modules[name]
    for finder in [finder for finder in sys.meta_path if finder not in before]:
        sys.meta_path.remove(finder)


def loaded(name: str) -> Any:
    """Import a module of the application."""
    return importlib.import_module(name)


def in_segment() -> Any:
    """Return a segment of the process's recorder."""
    return loaded("aws_xray_sdk.core").xray_recorder.in_segment("shop", sampling=1)


def names(recorded: Recording) -> list[str]:
    """Return the names of the subsegments, in the order in which they ended."""
    return [one["name"] for one in recorded.documents() if one.get("type") == "subsegment"]


def test_the_supported_libraries(alias: None) -> None:
    """They are the original's; httplib is left out where others rest on it."""
    patcher = core("patcher")

    assert LIBRARIES == patcher.SUPPORTED_MODULES
    assert tuple(name for name in LIBRARIES if name != "httplib") == patcher.NO_DOUBLE_PATCH


def test_modules_of_the_application_wait_for_their_import(shop: Path, recorded: Recording) -> None:
    """Nothing is loaded by patching; functions and methods of each kind become subsegments."""
    core("patcher").patch(("patched_shop",))
    assert "patched_shop" not in sys.modules
    store = loaded("patched_shop.store")

    with in_segment():
        assert "hello" == loaded("patched_shop").greet()
        assert "hidden" == loaded("patched_shop.inner.secret").hide()
        assert "a/b" == store.order()
        assert "awaited" == asyncio.run(store.awaited())
        assert ["step"] == list(store.steps())
        assert 1 == store.Cupboard().open()
        assert (2, 2, "label") == (store.Shelf.count(), store.Shelf().count(), store.Shelf().label)
        assert 1 == store.Shelf.of().size

    every = ["greet", "hide", "order", "awaited", "steps", "Shelf.__init__", "take", "open"]
    assert [*every, "count", "Shelf.__init__", "count", "Shelf.__init__", "Shelf.__init__"] == (
        names(recorded)
    )


def test_loaded_modules_are_patched_at_once(shop: Path, recorded: Recording) -> None:
    """A module that the application has imported already does not wait."""
    store = loaded("patched_shop.store")
    core("patcher").patch(["patched_shop.store"])

    with in_segment():
        store.order()
        loaded("patched_shop").greet()

    assert ["order"] == names(recorded)


def test_patching_again_changes_nothing(shop: Path, recorded: Recording) -> None:
    """A function is one subsegment, however often its module is patched."""
    for _ in range(2):
        core("patcher").patch(("patched_shop",))
    store = loaded("patched_shop.store")
    core("patcher").patch(("patched_shop.store",))

    with in_segment():
        store.order()

    assert ["order"] == names(recorded)


def test_an_inherited_class_is_patched_once(shop: Path, recorded: Recording) -> None:
    """Difference: the original wraps a class twice that it meets twice, as by inheritance."""
    core("patcher").patch(("patched_shop",))
    store = loaded("patched_shop.store")

    with in_segment():
        assert "held" == store.Cupboard.Board().hold()

    assert ["hold"] == names(recorded)


def test_a_classmethod_is_left_alone(
    shop: Path, alias: None, caplog: pytest.LogCaptureFixture
) -> None:
    """It is a warning that names it."""
    core("patcher").patch(("patched_shop.store",))
    loaded("patched_shop.store")

    (message,) = [one.getMessage() for one in caplog.records if one.levelname == "WARNING"]
    assert "Shelf.of" in message


def test_modules_can_be_ignored(shop: Path, recorded: Recording) -> None:
    """A pattern that a module's name begins like leaves it, not what is beside it."""
    core("patcher").patch(("patched_shop",), ignore_module_patterns=[r"patched_shop\.inner"])

    with in_segment():
        loaded("patched_shop").greet()
        loaded("patched_shop.inner.secret").hide()

    assert ["greet"] == names(recorded)


@pytest.mark.parametrize(
    ("modules", "unknown"),
    [
        (("nowhere",), "nowhere"),
        ((".patched_shop",), ".patched_shop"),
        (("patched_shop", "patched_shop.nowhere"), "patched_shop.nowhere"),
        ("pq", "p, q"),
    ],
)
def test_unknown_modules_are_refused(
    shop: Path, recorded: Recording, modules: Any, unknown: str
) -> None:
    """
    What is no library and no module of the application raises a plain Exception.

    Nothing is patched then. A text in the place of a tuple is one letter after the other.
    """
    with pytest.raises(Exception, match=r"supported") as raised:
        core("patcher").patch(modules)

    assert Exception is type(raised.value)
    assert f"modules {unknown} are currently not supported for patching" == str(raised.value)
    with in_segment():
        loaded("patched_shop").greet()
    assert [] == names(recorded)


def test_a_disabled_sdk_patches_nothing(shop: Path, alias: None) -> None:
    """Names are not even looked at."""
    core("patcher").global_sdk_config.set_sdk_enabled(False)

    core("patcher").patch(("nowhere",))

    assert set() == core("patcher")._PATCHED_MODULES


def test_a_missing_library_is_an_error_on_request(
    alias: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As in the original it is the error of its import, unless errors are not wanted."""
    patcher = core("patcher")
    for name in [name for name in sys.modules if name.partition(".")[0] == "pg8000"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setattr(sys, "path", [])

    with pytest.raises(ModuleNotFoundError, match="No module named 'pg8000'") as raised:
        patcher.patch(("pg8000",))
    assert "pg8000" == raised.value.name
    patcher.patch(("pg8000",), raise_errors=False)


def test_a_patch_that_waits_ends_with_the_alias(shop: Path) -> None:
    """A module that is imported after the alias was taken back stays as it is."""
    compat.install()
    core("patcher").patch(("patched_shop",))
    compat.uninstall()

    assert not hasattr(loaded("patched_shop").greet, "__wrapped__")


def test_a_patch_that_fails_late_does_not_break_the_import(
    shop: Path, alias: None, caplog: pytest.LogCaptureFixture
) -> None:
    """The module is imported as ever, and the failure is a warning."""
    (shop / "store.py").write_text(
        "class Broken:\n    def __get__(self, *_):\n        raise ValueError\n"
        "class Odd:\n    attribute = Broken()\n"
    )
    core("patcher").patch(("patched_shop.store",))

    assert loaded("patched_shop.store").Odd is not None
    assert [logging.WARNING] == [one.levelno for one in caplog.records if one.exc_info]


HEAVY = ("asyncio", "boto3", "botocore", "http", "opentelemetry", "requests", "sqlite3", "wrapt")


@pytest.mark.parametrize("environment", [{}, {"LAMBDA_TASK_ROOT": "/var/task"}])
def test_patching_everything_loads_nothing(environment: dict[str, str]) -> None:
    """Importing the recorder and patch_all load no library that is traced, and no OpenTelemetry."""
    found = in_a_new_process(
        # What watches the test may have loaded some of them, but the application has not.
        "import json, sys\n"
        f"heavy = lambda: [one for one in sys.modules if one.partition('.')[0] in {HEAVY}]\n"
        "for name in heavy(): del sys.modules[name]\n"
        "from otel_xray import compat; compat.install()\n"
        "from aws_xray_sdk.core import patch_all, xray_recorder\n"
        "before = set(sys.modules)\n"
        "patch_all()\n"
        "print(json.dumps([sorted(set(sys.modules) - before), heavy()]))",
        environment,
    )

    assert [[], []] == found


SERVER = """
import contextlib, http.server, importlib, json, sys, threading
from otel_xray import compat; compat.install()
from otel_xray import instrument
from aws_xray_sdk.core import patch_all, xray_recorder
from otel_xray.testing import recording

class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.send_header("x-amzn-requestid", "r1")
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")
    do_POST = do_GET
    def log_message(self, *arguments): pass

server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
url = f"http://127.0.0.1:{server.server_port}/"

def requests():
    importlib.import_module("requests").get(url)

captured = lambda client: client

def botocore():
    client = importlib.import_module("boto3").client(
        "dynamodb", endpoint_url=url, region_name="eu-west-1",
        aws_access_key_id="a", aws_secret_access_key="b")
    captured(client).list_tables()

STEPS
with recording() as recorded:
    with xray_recorder.in_segment("shop", sampling=1):
        CALL()
server.shutdown(); server.server_close()
print(json.dumps([[d["name"], d.get("namespace")] for d in recorded.documents()
                  if d.get("type") == "subsegment"]))
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    "steps",
    [
        "patch_all()",
        "importlib.import_module('NAME'); patch_all()",
        "instrument.install(); patch_all()",
        "patch_all(); instrument.install()",
        "instrument.install(); importlib.import_module('NAME'); patch_all()",
        "patch_all(); importlib.import_module('NAME'); instrument.install(); patch_all()",
    ],
)
@pytest.mark.parametrize(
    ("name", "module", "subsegment"),
    [
        ("requests", "requests", ["127.0.0.1", "remote"]),
        ("botocore", "boto3", ["dynamodb", "aws"]),
    ],
)
def test_a_call_is_one_subsegment(
    name: str, module: str, subsegment: list[str], steps: str
) -> None:
    """
    Whatever was imported, instrumented and patched in which order, a library is patched once.

    The subsegment is the one of the X-Ray SDK.
    """
    code = SERVER.replace("STEPS", steps).replace("NAME", module).replace("CALL", name)

    assert [subsegment] == in_a_new_process(code)


@pytest.mark.slow
@pytest.mark.parametrize("steps", ["", "patch_all()"])
def test_a_captured_client_is_one_subsegment_too(steps: str) -> None:
    """A client that otel_xray's own Tracer traces is left to the patch, where there is one."""
    steps += "; from otel_xray import Tracer"
    steps += "; captured = Tracer(auto_patch=False).capture_aws_client"
    code = SERVER.replace("STEPS", steps.strip("; ")).replace("CALL", "botocore")

    (subsegment,) = in_a_new_process(code)
    assert subsegment == (["dynamodb", "aws"] if "patch_all" in steps else ["DynamoDB", "aws"])
