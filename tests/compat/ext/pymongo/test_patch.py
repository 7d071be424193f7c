"""Commands to MongoDB under the X-Ray SDK and under the alias."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta
from importlib import import_module
from typing import Any

import pytest
from pymongo import MongoClient, monitoring

from otel_xray import compat
from otel_xray.testing import Recording
from tests.compat.ext import differential, queries
from tests.compat.ext.conftest import Patch
from tests.compat.ext.pymongo import server

PROGRAM = "tests.compat.ext.pymongo.application"
DURATION = "mongodb_duration_micros"


@pytest.fixture
def port() -> Iterator[int]:
    """Run the server."""
    with server.running() as port:
        yield port


@pytest.fixture
def plain(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let pymongo forget afterwards who listens; it has no way to say so."""
    listeners = monitoring._LISTENERS
    monkeypatch.setattr(monitoring, "_LISTENERS", listeners._replace(command_listeners=[]))
    monkeypatch.setattr(monitoring, "_xray_enabled", None, raising=False)


def find(port: int) -> None:
    """Send a command."""
    with MongoClient[Any]("127.0.0.1", port) as client:
        assert [{"_id": 1, "item": "pen"}] == list(client["orders"]["items"].find({}))


def documents(outcome: differential.Outcome) -> tuple[Any, list[Any]]:
    """Return an outcome without the durations, each of which must be there."""
    for one in outcome.documents:
        if "mongodb_command_name" in one.get("annotations", {}):
            assert one["annotations"].pop(DURATION) > 0
    return outcome.said, outcome.documents


@pytest.mark.parametrize("full", ["", "1"])
def test_commands_are_the_originals(port: int, full: str) -> None:
    """Names, annotations, failures and, where it is asked for, what was sent and answered."""
    theirs, ours = map(
        documents, differential.both(PROGRAM, {"SHOP_PORT": str(port), "SHOP_DOCUMENTS": full})
    )
    assert theirs == ours
    calls = [one for one in ours[1] if one.get("namespace") == "remote"]
    assert {f"orders@127.0.0.1:{port}"} == {one["name"] for one in calls}
    assert ["insert", "find", "tidy"] == [
        one["annotations"]["mongodb_command_name"] for one in calls
    ]
    assert [False, False, True] == [one.get("fault", False) for one in calls]
    assert ["metadata" in one for one in calls] == [bool(full), bool(full), True]


@pytest.mark.usefixtures("plain")
def test_a_command_without_a_segment_is_sent(
    patch: Patch, port: int, capfd: pytest.CaptureFixture[str]
) -> None:
    """Nothing is recorded, and pymongo prints no traceback as it does under the X-Ray SDK."""
    patch("pymongo")
    find(port)
    assert "Traceback" not in capfd.readouterr().err


@pytest.mark.usefixtures("plain")
def test_a_command_ends_its_own_subsegment(patch: Patch, port: int, recorded: Recording) -> None:
    """One that has begun without a segment ends nothing of a segment that has begun since."""
    patch("pymongo")
    listener = monitoring._LISTENERS.command_listeners[0]
    began: Any = monitoring.CommandStartedEvent({"find": 1}, "orders", 1, ("h", 1), 1)
    ended: Any = monitoring.CommandSucceededEvent(
        timedelta(0), {}, "find", 1, ("h", 1), 1, database_name="orders"
    )
    listener.started(began)
    with queries.recorder().in_segment("shop", sampling=1):
        with queries.recorder().in_subsegment("place") as place:
            listener.succeeded(ended)
            assert place is queries.recorder().current_subsegment()
        assert {} == place.annotations


@pytest.mark.usefixtures("plain")
def test_threads_do_not_end_each_others(patch: Patch, port: int, recorded: Recording) -> None:
    """Each line of execution has its segment, and its commands in it."""
    patch("pymongo")
    found: list[list[Any]] = []
    threads = [
        threading.Thread(target=lambda: found.append(queries.recorded(lambda: find(port))))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    names = [[one["name"] for one in told] for told in found]
    assert [[f"orders@127.0.0.1:{port}"]] * 4 == names


@pytest.mark.usefixtures("plain")
def test_patching_again_listens_once(patch: Patch, port: int, recorded: Recording) -> None:
    """Also after the alias was taken back and installed again, when the new one listens."""
    patch("pymongo")
    patch("pymongo", record_full_documents=True)
    assert 1 == len(queries.recorded(lambda: find(port)))

    compat.uninstall()
    find(port)
    compat.install()
    import_module("aws_xray_sdk.core").patch(("pymongo",))
    (told,) = queries.recorded(lambda: find(port))
    assert "metadata" not in told
