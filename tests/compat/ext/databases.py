"""Database servers of the tests' own, on loopback, in folders that are thrown away."""

from __future__ import annotations

import glob
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

HOST = "127.0.0.1"
USER = "shop"
PASSWORD = "n0 s3cret"
DATABASE = "orders"

_UNPRIVILEGED = "nobody"  # database servers refuse to run as root
_PLACES = os.pathsep.join(
    [os.environ.get("PATH", ""), "/usr/sbin", *sorted(glob.glob("/usr/lib/postgresql/*/bin"))]  # noqa: PTH207
)
_PATIENCE = 60.0


@dataclass(frozen=True)
class Server:
    """Where a server answers."""

    port: int

    @property
    def login(self) -> dict[str, Any]:
        """What drivers are told to get there."""
        return {"host": HOST, "port": self.port, "user": USER, "password": PASSWORD}


def lacking(*programs: str) -> str:
    """Say which of *programs* are not installed; nothing if all are."""
    missing = [name for name in programs if shutil.which(name, path=_PLACES) is None]
    return f"not installed: {', '.join(missing)}" if missing else ""


@contextmanager
def postgresql() -> Iterator[Server]:
    """Run PostgreSQL."""
    with _folder() as folder:
        data, secret = f"{folder}/data", f"{folder}/password"
        with open(secret, "w", encoding="utf-8") as file:  # noqa: PTH123
            file.write(PASSWORD)
        _give_away(secret)
        _run("initdb", "-D", data, "-U", USER, f"--pwfile={secret}", "--auth=scram-sha-256",
             "--no-sync", "--encoding=UTF8", "--locale=C", "--auth-local=trust")  # fmt: skip
        port = _free_port()
        options = ("fsync=off", f"listen_addresses={HOST}", f"unix_socket_directories={folder}")
        arguments = [word for option in options for word in ("-c", option)]
        with _running("postgres", "-D", data, "-p", str(port), *arguments, port=port):
            _run("psql", "-h", folder, "-p", str(port), "-U", USER, "-d", "postgres",
                 "-c", f"CREATE DATABASE {DATABASE}")  # fmt: skip
            yield Server(port)


@contextmanager
def mariadb() -> Iterator[Server]:
    """Run MariaDB."""
    with _folder() as folder:
        data, way = f"{folder}/data", f"{folder}/socket"
        _run("mariadb-install-db", "--no-defaults", f"--datadir={data}", "--skip-test-db",
             "--auth-root-authentication-method=normal")  # fmt: skip
        port = _free_port()
        with _running("mariadbd", "--no-defaults", f"--datadir={data}", f"--socket={way}",
                      f"--bind-address={HOST}", f"--port={port}", port=port):  # fmt: skip
            _run("mariadb", "--no-defaults", f"--socket={way}", "-u", "root", "-e",
                 f"CREATE DATABASE {DATABASE}; GRANT ALL ON *.* TO {USER}@'%' "
                 f"IDENTIFIED BY '{PASSWORD}'")  # fmt: skip
            yield Server(port)


def _identity() -> Mapping[str, Any]:
    if os.geteuid() != 0:
        return {}
    return {"user": _UNPRIVILEGED, "group": "nogroup", "extra_groups": ()}


@contextmanager
def _folder() -> Iterator[str]:
    with tempfile.TemporaryDirectory(prefix="otel-xray-", ignore_cleanup_errors=True) as folder:
        _give_away(folder)
        yield folder


def _give_away(path: str) -> None:
    if os.geteuid() == 0:
        shutil.chown(path, _UNPRIVILEGED)


def _run(program: str, *arguments: str) -> None:
    found = shutil.which(program, path=_PLACES)
    done = subprocess.run(
        [str(found), *arguments],
        check=False,
        capture_output=True,
        text=True,
        cwd="/",
        env={"PATH": _PLACES, "LC_ALL": "C"},
        timeout=_PATIENCE,
        **_identity(),
    )
    assert done.returncode == 0, done.stdout + done.stderr


@contextmanager
def _running(program: str, *arguments: str, port: int) -> Iterator[None]:
    process = subprocess.Popen(
        [str(shutil.which(program, path=_PLACES)), *arguments],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd="/",
        env={"PATH": _PLACES, "LC_ALL": "C"},
        **_identity(),
    )
    try:
        _await(process, port)
        yield
    finally:
        # Fast for PostgreSQL, which else waits for its clients; MariaDB takes TERM for that.
        process.send_signal(signal.SIGINT if program == "postgres" else signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            process.wait(_PATIENCE)
        if process.poll() is None:
            process.kill()
            process.wait()


def _await(process: subprocess.Popen[bytes], port: int) -> None:
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline and process.poll() is None:
        with suppress(OSError), socket.create_connection((HOST, port), timeout=1):
            return
        time.sleep(0.05)
    msg = f"{process.args!r} does not answer; it ended with {process.poll()}"
    raise AssertionError(msg)


def _free_port() -> int:
    with socket.create_server((HOST, 0)) as chosen:
        port: int = chosen.getsockname()[1]
        return port
