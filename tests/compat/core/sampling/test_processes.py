from __future__ import annotations

import os
from collections import Counter

import pytest

from tests.compat.core.processes import in_a_new_process
from tests.sampling.service_double import SamplingServer, record

pytestmark = pytest.mark.slow

IMPORTS = """
import sys, threading
before = set(sys.modules)
from otel_xray import compat
compat.install()
import aws_xray_sdk.core
from aws_xray_sdk.core.sampling import (
    connector, reservoir, rule_cache, rule_poller, sampler, sampling_rule, target_poller)
from aws_xray_sdk.core.sampling.local import (
    reservoir as r, sampler as s, sampling_rule as sr)
unwanted = {'botocore', 'json', 'http.client', 'random', 'ssl', 'email', 'socket'}
found = sorted(unwanted & (set(sys.modules) - before))
import json
print(json.dumps([found, threading.active_count()]))
"""

FORKING = """
import json, os, sys, time
from otel_xray import compat
compat.install()
from aws_xray_sdk.core import xray_recorder
sampler = xray_recorder.sampler
def decide(wanted):
    limit = time.monotonic() + 5
    while sampler.should_trace({'path': '/'}) != wanted:
        assert time.monotonic() < limit
        time.sleep(0.01)
decide('before')
sampler._target_poller.step()
for _ in range(7):
    assert 'before' == sampler.should_trace({'path': '/'})
reading, writing = os.pipe()
child = os.fork()
if child == 0:
    for _ in range(5):
        assert 'before' == sampler.should_trace({'path': '/'})
    sampler._target_poller.step()
    polling = [t.name for t in __import__('threading').enumerate() if 'X-Ray' in t.name]
    os.write(writing, json.dumps(sorted(polling)).encode())
    os._exit(0)
_, status = os.waitpid(child, 0)
polling = json.loads(os.read(reading, 1000))
sampler._target_poller.step()
print(json.dumps([status, polling, sampler._connector._client_id]))
"""


def test_importing_loads_nothing_and_starts_nothing() -> None:
    """Neither botocore nor HTTP nor JSON nor chance, and no thread."""
    found, threads = in_a_new_process(IMPORTS)

    assert ([], 1) == (found, threads)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")
def test_a_forked_worker_polls_for_itself(server: SamplingServer) -> None:
    """
    It decides by its parent's rules at once, reports what it did itself, under an id of its own.

    Difference: the original's threads are not in the child and are not started again, so that a
    worker of a preloading server never hears of rules or quotas, and falls back after an hour.
    """
    server.records, server.quota = [record("before", FixedRate=1)], 1000
    status, polling, client = in_a_new_process(
        FORKING, {"AWS_XRAY_DAEMON_ADDRESS": f"127.0.0.1:{server.server_port}"}
    )

    assert 0 == status
    assert ["X-Ray sampling rules", "X-Ray sampling targets"] == polling
    by_client: Counter[str] = Counter()
    for report in server.reports:
        by_client[report["ClientID"]] += report["RequestCount"]
    (child,) = set(by_client) - {client}
    assert 5 == by_client[child]
    assert by_client[client] >= 8
    assert 7 == server.reports[-1]["RequestCount"]


EXITING = """
import json
from otel_xray import compat
compat.install()
from aws_xray_sdk.core import xray_recorder
xray_recorder.begin_segment('s')
xray_recorder.end_segment()
print(json.dumps('done'))
"""


def test_polling_holds_up_no_exit(server: SamplingServer) -> None:
    """A process ends while X-Ray is being asked, and says nothing about it."""
    server.delay = 30

    address = f"tcp:127.0.0.1:{server.server_port} udp:127.0.0.1:9"

    assert "done" == in_a_new_process(EXITING, {"AWS_XRAY_DAEMON_ADDRESS": address})
    server.delay = 0
