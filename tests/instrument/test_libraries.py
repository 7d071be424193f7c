"""Switching the instrumentation of libraries on and off."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest

from otel_xray import instrument
from otel_xray.errors import ConfigurationError


def in_a_new_process(code: str) -> Any:
    """Run *code* in a fresh interpreter and return the JSON that it prints."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], check=True, capture_output=True, text=True
    )
    return json.loads(done.stdout)


@pytest.mark.parametrize("switch", [instrument.install, instrument.uninstall])
def test_an_unknown_library_is_refused(switch: Any) -> None:
    """An unknown name is quoted, with the known ones, and nothing is switched."""
    with pytest.raises(
        ConfigurationError, match=r"'flusk'; choose from .*boto3, botocore, .*requests"
    ):
        switch("requests", "flusk")
    requests = pytest.importorskip("requests.sessions")
    assert not hasattr(requests.HTTPAdapter.send, "__wrapped__")


def test_installing_imports_neither_the_libraries_nor_opentelemetry() -> None:
    """Installing everything costs a process that uses none of it a handful of small modules."""
    loaded = in_a_new_process(
        "import json, sys; from otel_xray import instrument; instrument.install();"
        "print(json.dumps(sorted(sys.modules)))"
    )
    roots = {name.partition(".")[0] for name in loaded}
    assert roots.isdisjoint({"botocore", "boto3", "requests", "urllib3", "opentelemetry", "wrapt"})
    assert "otel_xray.instrument.botocore" not in loaded


def test_a_library_that_is_imported_later_is_instrumented_then() -> None:
    """The import of a library instruments it, through boto3 as well; uninstalling undoes it."""
    found = in_a_new_process(
        "import json; from otel_xray import instrument; instrument.install();"
        "import boto3, requests, sys;"
        "from botocore.client import BaseClient; from requests.adapters import HTTPAdapter;"
        "methods = lambda: [hasattr(BaseClient._make_api_call, '__wrapped__'),"
        " hasattr(HTTPAdapter.send, '__wrapped__')];"
        "before = methods(); instrument.uninstall();"
        "print(json.dumps([before, methods(), 'opentelemetry.propagate' in sys.modules]))"
    )
    # botocore's own decorator leaves __wrapped__ too, so only the other one tells in both states
    assert found[0] == [True, True]
    assert found[1][1] is False
    assert found[2] is False


def test_a_library_is_not_imported_by_its_installation(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a library is absent, installing and uninstalling its instrumentation do nothing."""
    monkeypatch.delitem(sys.modules, "requests.sessions", raising=False)
    instrument.install("requests")
    assert "requests.sessions" not in sys.modules
    instrument.uninstall("requests")


def test_installing_in_vain_leaves_no_trace() -> None:
    """Install and uninstall without an import leave sys.meta_path as it was."""
    found = in_a_new_process(
        "import json, sys; from otel_xray import instrument; before = list(sys.meta_path);"
        "instrument.install('requests'); instrument.install('requests');"
        "during = len(sys.meta_path) - len(before); instrument.uninstall();"
        "print(json.dumps([during, sys.meta_path == before]))"
    )
    assert found == [1, True]


def test_a_reloaded_library_is_instrumented_again() -> None:
    """After importlib.reload the new class is instrumented, and uninstalling restores both."""
    found = in_a_new_process(
        "import importlib, json, requests.sessions as sessions; from otel_xray import instrument;"
        "old = sessions.Session; instrument.install('requests'); importlib.reload(sessions);"
        "new = sessions.Session; both = [old, new];"
        "before = [hasattr(kind.get_adapter, '__wrapped__') for kind in both];"
        "instrument.uninstall();"
        "after = [hasattr(kind.get_adapter, '__wrapped__') for kind in both];"
        "print(json.dumps([old is new, before, after]))"
    )
    assert found == [False, [True, True], [False, False]]


def test_a_library_that_has_changed_is_imported_all_the_same() -> None:
    """A library without the method that we intercept costs a warning, not its import."""
    found = in_a_new_process(
        "import json, logging, sys, types; from otel_xray import instrument;"
        "told = []; handler = logging.Handler(); handler.emit = told.append;"
        "logging.getLogger('otel_xray').addHandler(handler);"
        "strange = types.ModuleType('requests.sessions'); strange.__spec__ = None;"
        "sys.modules['requests'] = types.ModuleType('requests');"
        "sys.modules['requests.sessions'] = strange;"
        "instrument.install('requests'); print(json.dumps(len(told)))"
    )
    assert found == 1


@pytest.mark.parametrize("late", [False, True])
def test_a_ceded_library_is_passed_over(late: bool) -> None:
    """What somebody else instruments is not instrumented here, whoever came first."""
    found = in_a_new_process(
        "import json, requests.adapters as adapters; from otel_xray import instrument;"
        "from otel_xray.instrument import libraries; others = ['somebody'];"
        "wrapped = lambda: hasattr(adapters.HTTPAdapter.send, '__wrapped__');"
        f"{'instrument.install();' if late else ''}"
        "libraries.cede('requests', lambda: bool(others)); libraries.cede('unknown', bool);"
        "instrument.install('requests'); instrument.install(); ceded = wrapped();"
        "others.clear(); instrument.install('requests'); print(json.dumps([ceded, wrapped()]))"
    )
    assert found == [False, True]
