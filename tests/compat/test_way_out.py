"""Where the alias's spans go while no backend is named."""

import json
import socket
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest

PROGRAM = """
from otel_xray import compat
compat.install()
from aws_xray_sdk.core import xray_recorder
from aws_xray_sdk.core.emitters.udp_emitter import UDPEmitter
xray_recorder.configure(sampling=False)
{configure}
with xray_recorder.in_segment("shop"), xray_recorder.in_subsegment("pay"):
    pass
from otel_xray import pipeline
if pipeline.running():
    print(pipeline.running().provider.resource.attributes["service.name"])
"""


@pytest.fixture
def daemon() -> Iterator[socket.socket]:
    """Return a socket in the place of the daemon."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as listening:
        listening.bind(("127.0.0.1", 0))
        listening.settimeout(5)
        yield listening


def run(configure: str, **environ: str) -> str:
    """Run the program, which complains of nothing, and return what it prints."""
    said, complained = outputs(configure, **environ)
    assert "" == complained
    return said


def outputs(configure: str, **environ: str) -> tuple[str, str]:
    """Run the program, and return what it prints and what it complains of."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", PROGRAM.format(configure=configure)],
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": "/usr/bin:/bin", **environ},
    )
    return done.stdout.strip(), done.stderr


def received(daemon: socket.socket) -> Any:
    """Return the next document."""
    return json.loads(daemon.recv(65536).partition(b"\n")[2])


def is_silent(daemon: socket.socket) -> bool:
    """Say whether nothing more arrives."""
    daemon.settimeout(0.1)
    try:
        daemon.recv(65536)
    except TimeoutError:
        return True
    return False


def address(daemon: socket.socket) -> str:
    """Return where *daemon* listens."""
    return f"127.0.0.1:{daemon.getsockname()[1]}"


@pytest.mark.parametrize(
    ("configure", "by_variable"),
    [
        ("", True),
        ("xray_recorder.configure(daemon_address='127.0.0.1:1')", True),
        ("xray_recorder.configure(daemon_address='{address}')", False),
        ("xray_recorder.configure(emitter=UDPEmitter('{address}'))", False),
    ],
)
def test_spans_go_to_the_daemon(daemon: socket.socket, configure: str, by_variable: bool) -> None:
    """One datagram a segment, where the X-Ray SDK would send it; the service has its name."""
    environ = {"AWS_XRAY_DAEMON_ADDRESS": address(daemon)} if by_variable else {}
    said = run(configure.format(address=address(daemon)), **environ)

    document = received(daemon)
    assert ("shop", ["pay"]) == (document["name"], [one["name"] for one in document["subsegments"]])
    assert "shop" == said
    assert is_silent(daemon)


def test_an_emitter_of_the_applications_is_the_way_out(daemon: socket.socket) -> None:
    """It gets the segment; the daemon gets nothing else."""
    configure = """
class Emitter:
    def send_entity(self, entity):
        print(entity.name, entity.subsegments[0].name)
xray_recorder.configure(emitter=Emitter())
"""
    said = run(configure, AWS_XRAY_DAEMON_ADDRESS=address(daemon))

    assert ["shop pay", "shop"] == said.splitlines()
    assert is_silent(daemon)


def test_an_emitter_derived_from_the_alias_sends_itself(daemon: socket.socket) -> None:
    """A class that adds to UDPEmitter's send_entity sends what that sends, once."""
    configure = """
class Emitter(UDPEmitter):
    def send_entity(self, entity):
        print("sending", entity.name)
        super().send_entity(entity)
xray_recorder.configure(emitter=Emitter())
"""
    said = run(configure, AWS_XRAY_DAEMON_ADDRESS=address(daemon))

    assert "sending shop" in said
    assert "shop" == received(daemon)["name"]
    assert is_silent(daemon)


def test_a_backend_that_is_named_gets_the_spans_as_well(daemon: socket.socket) -> None:
    """Then the emitter is one way out of two."""
    configure = """
class Emitter:
    def send_entity(self, entity):
        print("sending", entity.name)
xray_recorder.configure(emitter=Emitter())
"""
    said = run(configure, AWS_XRAY_DAEMON_ADDRESS=address(daemon), OTEL_XRAY_BACKEND="xray-daemon")

    assert "sending shop" in said
    assert "shop" == received(daemon)["name"]


def test_an_entity_that_was_never_begun_is_sent_by_hand(daemon: socket.socket) -> None:
    """send_entity sends what no span records; what one records it leaves to that."""
    configure = """
from aws_xray_sdk.core.models.segment import Segment
by_hand = Segment("by hand")
by_hand.close()
xray_recorder.emitter.send_entity(by_hand)
xray_recorder.emitter.send_entity(object())
"""
    _, complained = outputs(configure, AWS_XRAY_DAEMON_ADDRESS=address(daemon))

    assert complained.startswith("Failed to send entity to Daemon.")
    assert "by hand" == received(daemon)["name"]


def test_a_daemon_that_is_not_there_is_said_once(daemon: socket.socket) -> None:
    """The system tells where nobody listens on this machine; it is one line, and no error."""
    where = address(daemon)
    daemon.close()
    configure = """
for _ in range(5):
    with xray_recorder.in_segment("lost"):
        pass
"""
    _, complained = outputs(configure, AWS_XRAY_DAEMON_ADDRESS=where)

    assert f"cannot reach the X-Ray daemon at {where}" in complained
    assert 1 == complained.count("\n")
