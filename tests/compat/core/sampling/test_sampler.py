from __future__ import annotations

import gc
import logging
import random
import threading
import time
from collections.abc import Callable, Iterator
from importlib import import_module
from types import SimpleNamespace
from typing import Any

import pytest

from otel_xray.sampling import poller, reservoir
from tests.compat.core.loading import core
from tests.sampling.service_double import SamplingServer, record

pytestmark = pytest.mark.slow

NOTHING = {"version": 2, "default": {"fixed_target": 0, "rate": 0}}
ALL = {"version": 2, "default": {"fixed_target": 0, "rate": 1}}


def eventually(happened: Callable[[], object], seconds: float = 5) -> None:
    """Wait until something has happened."""
    limit = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < limit
        time.sleep(0.005)


def threads() -> list[threading.Thread]:
    """Return the threads that poll."""
    return [thread for thread in threading.enumerate() if thread.name.startswith("X-Ray sampling")]


@pytest.fixture(autouse=True)
def no_thread_is_left() -> Iterator[None]:
    """Wait for the threads of a test to end with their sampler."""
    yield
    gc.collect()
    eventually(lambda: not threads())


def sampler(port: int = 1, context: Any = None, origin: str | None = None) -> Any:
    """Return a sampler for a daemon, that records nothing by local rules."""
    found = core("sampling.sampler").DefaultSampler()
    daemon = SimpleNamespace(tcp_ip="127.0.0.1", tcp_port=port)
    found.load_settings(daemon, context or core("context").Context(), origin)
    found.load_local_rules(NOTHING)
    return found


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Stop the time; its only member is the present."""
    now = [float(int(time.time()))]
    monkeypatch.setattr(time, "time", lambda: now[0])
    return now


def loaded(server: SamplingServer) -> Any:
    """Return a sampler that has the server's rules, which are one for orders and the default."""
    server.records = [
        record("orders", Priority=1, FixedRate=1, ReservoirSize=0, URLPath="/orders*"),
        record("Default", FixedRate=0),
    ]
    found = sampler(server.server_port)
    found.should_trace()
    eventually(lambda: found.should_trace({"path": "/orders"}))
    return found


def test_its_name_is_what_a_recorder_looks_for(alias: None) -> None:
    """A recorder configures what is called DefaultSampler; its own is one."""
    recorder = import_module("aws_xray_sdk.core").xray_recorder

    assert "DefaultSampler" == type(recorder.sampler).__name__


def test_nothing_is_polled_before_the_first_decision(alias: None, server: SamplingServer) -> None:
    """Making and configuring a sampler starts no thread and asks nobody."""
    found = sampler(server.server_port)
    time.sleep(0.05)

    assert ([], []) == (threads(), server.asked)
    assert None is found.xray_client


def test_local_rules_decide_until_xray_answers(alias: None) -> None:
    """With nobody to ask they do so for good, and nobody is bothered."""
    found = sampler()
    decisions = [found.should_trace({"path": "/"})]
    found.load_local_rules(ALL)

    assert [False, True] == [*decisions, found.should_trace()]


def test_xrays_rules_decide_and_are_named(
    alias: None, server: SamplingServer, clock: list[float]
) -> None:
    """What is recorded by a rule says its name, what is not is false."""
    found = loaded(server)

    assert "orders" == found.should_trace({"path": "/orders/1", "method": "GET"})
    assert "Default" == found.should_trace({"path": "/"})
    assert False is found.should_trace({"path": "/"})


def test_where_the_process_runs_is_its_type(
    alias: None, server: SamplingServer, clock: list[float]
) -> None:
    """A request says its type, or it is the recorder's origin."""
    server.records = [
        record("ec2", Priority=1, FixedRate=1, ServiceType="AWS::EC2::Instance"),
        record("ecs", Priority=2, FixedRate=1, ServiceType="AWS::ECS::Container"),
    ]
    found = sampler(server.server_port, origin="AWS::ECS::Container")
    found.should_trace()
    eventually(found.should_trace)

    assert "ecs" == found.should_trace()
    assert "ecs" == found.should_trace({"path": "/"})
    assert "ec2" == found.should_trace({"path": "/", "service_type": "AWS::EC2::Instance"})


def test_rules_that_are_too_old_are_not_used(
    alias: None, server: SamplingServer, clock: list[float]
) -> None:
    """An hour after X-Ray was last heard of, local rules decide again."""
    found = loaded(server)
    clock[0] += 3600
    assert "orders" == found.should_trace({"path": "/orders"})
    clock[0] += 1

    assert False is found.should_trace({"path": "/orders"})


def test_statistics_and_quotas_are_exact(
    alias: None, server: SamplingServer, clock: list[float]
) -> None:
    """What X-Ray is told is what callers saw; the quota it gives is used up, and not exceeded."""
    found = loaded(server)
    found._target_poller.step()
    server.reports.clear()
    server.quota = 3
    before = [found.should_trace({"path": "/x"}) for _ in range(5)]
    found._target_poller.step()
    clock[0] += 1
    after = [found.should_trace({"path": "/x"}) for _ in range(5)]
    found._target_poller.step()

    assert before.count(False) >= 4
    assert ["Default"] * 3 + [False] * 2 == after
    borrowed = before.count("Default")
    assert (10, borrowed, 3) == server.counts("Default")


def test_a_quota_holds_between_threads(
    alias: None, server: SamplingServer, clock: list[float]
) -> None:
    """Eight threads that begin segments at once record exactly the quota."""
    sampling = loaded(server)
    server.quota = 20
    sampling.should_trace({"path": "/x"})
    sampling._target_poller.step()
    server.reports.clear()
    clock[0] += 1
    found: list[object] = []

    def ask() -> None:
        found.extend([sampling.should_trace({"path": "/x"}) for _ in range(100)])

    asking = [threading.Thread(target=ask) for _ in range(8)]
    for thread in asking:
        thread.start()
    for thread in asking:
        thread.join()
    sampling._target_poller.step()

    assert 20 == found.count("Default")
    assert (800, 0, 20) == server.counts("Default")


def test_targets_are_polled_by_themselves(
    alias: None, server: SamplingServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the background, as often as X-Ray says; rules that changed are fetched at once."""
    monkeypatch.setattr(poller, "INTERVAL", 0.05)
    monkeypatch.setattr(reservoir, "INTERVAL", 0.05)
    monkeypatch.setattr(poller, "SHORTEST_INTERVAL", 0.05)
    server.records, server.interval = [record("first", FixedRate=1)], 0
    found = sampler(server.server_port)
    found.should_trace()
    eventually(lambda: found.should_trace() == "first")
    server.records, server.modified = [record("second", FixedRate=1)], time.time() + 60
    eventually(lambda: (found.should_trace(), found.should_trace())[1] == "second")

    assert ["X-Ray sampling rules", "X-Ray sampling targets"] == [
        thread.name for thread in threads()
    ]
    assert all(thread.daemon for thread in threads())


def test_a_failure_is_one_error(alias: None, caplog: pytest.LogCaptureFixture) -> None:
    """
    It is logged where the original logs it.

    Difference: the original logs it every five minutes, each time with a traceback.
    """
    found = sampler()
    for _ in range(3):
        found._rule_poller.step()

    (logged,) = [one for one in caplog.records if one.levelno >= logging.WARNING]
    assert ("aws_xray_sdk.core.sampling.rule_poller", "ERROR") == (logged.name, logged.levelname)
    assert "cannot reach http://127.0.0.1:1/GetSamplingRules" in logged.getMessage()


def test_a_disabled_sdk_samples_nothing(alias: None, server: SamplingServer) -> None:
    """And asks nobody."""
    switch = import_module("aws_xray_sdk").global_sdk_config
    found = sampler(server.server_port)
    found.load_local_rules(ALL)
    switch.set_sdk_enabled(False)
    try:
        decisions = [found.should_trace(), found.should_trace({"path": "/"})]
        found.start()
    finally:
        switch.set_sdk_enabled(True)

    assert [False, False] == decisions
    assert ([], []) == (threads(), server.asked)


def test_a_process_without_threads_decides_all_the_same(
    alias: None, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """
    By the local rules, and that nothing is polled is said once.

    Difference: the original raises RuntimeError out of every begin_segment.
    """

    def refuse(thread: threading.Thread) -> None:
        msg = "can't start new thread"
        raise RuntimeError(msg)

    found = sampler()
    found.load_local_rules(ALL)
    with monkeypatch.context() as patched:
        patched.setattr(threading.Thread, "start", refuse)
        decisions = [found.should_trace() for _ in range(3)]

    assert [True] * 3 == decisions
    assert [
        "X-Ray sampling rules are not polled: can't start new thread",
        "X-Ray sampling targets are not polled: can't start new thread",
    ] == [one.getMessage() for one in caplog.records if one.levelno >= logging.WARNING]


def test_a_client_of_the_applications_own_is_asked(alias: None) -> None:
    """It is set before the recorder is configured, as the original wants it."""

    class Client:
        def get_sampling_rules(self) -> dict[str, Any]:
            return {"SamplingRuleRecords": [record("own", FixedRate=1)]}

    found = core("sampling.sampler").DefaultSampler()
    found.xray_client = Client()
    found.load_settings(SimpleNamespace(tcp_ip="127.0.0.1", tcp_port=1), core("context").Context())
    found.should_trace()

    eventually(lambda: found.should_trace() == "own")


def test_beyond_the_reservoir_chance_decides(
    alias: None, server: SamplingServer, clock: list[float]
) -> None:
    """About as many as the rate says."""
    random.seed(1)
    server.records = [record(FixedRate=0.25, ReservoirSize=0)]
    found = sampler(server.server_port)
    found.should_trace()
    eventually(found.should_trace)

    recorded = [found.should_trace() for _ in range(4000)].count("Default")

    assert 850 < recorded < 1150
