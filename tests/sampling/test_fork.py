from __future__ import annotations

import os
import subprocess
import sys

import pytest

# In a process of its own: what else is loaded here would be told of the fork as well.
PROGRAM = """
import gc, os
from otel_xray.sampling.fork import renew_in_child

class Renewed:
    everywhere = 0
    def __init__(self):
        self.times = 0
        renew_in_child(self, Renewed.renew)
    def renew(self):
        self.times += 1
        Renewed.everywhere += 1

def in_child():
    child = os.fork()
    if child == 0:
        os._exit(Renewed.everywhere)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])

kept, forgotten = Renewed(), Renewed()
both = in_child()
del forgotten
gc.collect()
print(both, in_child(), kept.times)
"""


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")
def test_a_child_renews_what_is_alive() -> None:
    """Only the forked process does, once for each object, and forgotten objects are not kept."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore::DeprecationWarning", "-c", PROGRAM],
        capture_output=True,
        text=True,
        check=False,
    )

    assert ("2 1 0\n", "") == (done.stdout, done.stderr)
