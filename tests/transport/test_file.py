from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from otel_xray.errors import TransportError
from otel_xray.transport.file import FileTransport

pytestmark = pytest.mark.slow


def test_payloads_are_appended_and_are_the_owners_alone(tmp_path: Path) -> None:
    """What is in the file stays; a new file can be read by its owner only."""
    path = tmp_path / "traces.jsonl"
    transport = FileTransport(str(path))
    transport.send(b"one\n", 1)
    path.rename(tmp_path / "old.jsonl")
    transport.send(b"two\n", 1)
    transport.send(b"three\n", 1)
    transport.close()

    assert b"two\nthree\n" == path.read_bytes()
    assert b"one\n" == (tmp_path / "old.jsonl").read_bytes()
    assert 0o600 == path.stat().st_mode & 0o777


def test_a_file_that_cannot_be_written_is_an_error(tmp_path: Path) -> None:
    """The error names the path and the reason."""
    with pytest.raises(TransportError, match=f"cannot write to {tmp_path} .Is a directory"):
        FileTransport(str(tmp_path)).send(b"x\n", 1)


WRITER = """
import sys
from otel_xray.transport.file import FileTransport
transport = FileTransport(sys.argv[1])
for number in range(50):
    transport.send(sys.argv[2].encode() * 100_000 + b"\\n", 1)
"""


def test_lines_of_several_processes_stay_whole(tmp_path: Path) -> None:
    """No line is cut by another's, however long they are."""
    path = tmp_path / "traces.jsonl"
    writers = [
        subprocess.Popen([sys.executable, "-c", WRITER, str(path), letter]) for letter in "abc"
    ]

    assert [0, 0, 0] == [writer.wait(60) for writer in writers]
    lines = path.read_bytes().splitlines()
    assert {b"a" * 100_000: 50, b"b" * 100_000: 50, b"c" * 100_000: 50} == {
        line: lines.count(line) for line in set(lines)
    }


FULL = """
import resource, signal, sys
from otel_xray.errors import TransportError
from otel_xray.transport.file import FileTransport
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))
transport = FileTransport(sys.argv[1])
transport.send(b"fits\\n", 1)
try:
    transport.send(b"x" * 200, 1)
except TransportError as error:
    print(error)
transport.send(b"fits, too\\n", 1)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="needs limits of processes")
def test_a_line_that_does_not_fit_leaves_nothing_behind(tmp_path: Path) -> None:
    """A full disk costs the line that it ends, not the ones before and after it."""
    path = tmp_path / "traces.jsonl"
    done = subprocess.run(
        [sys.executable, "-c", FULL, str(path)], capture_output=True, text=True, check=True
    )

    assert f"cannot write to {path} (File too large)\n" == done.stdout
    assert b"fits\nfits, too\n" == path.read_bytes()
