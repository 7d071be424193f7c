"""A private place on this machine that is laid out as Lambda is."""

from __future__ import annotations

import os
import shutil
import site
import subprocess
import sys
import sysconfig
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

HERE = Path(__file__).parent
PREFIX = Path(sys.base_prefix)
VERSION = f"{sys.version_info.major}.{sys.version_info.minor}"
PYTHON = f"/var/lang/bin/{Path(os.path.realpath(sys.executable)).name}"  # as a function sees it
EMULATOR = "/var/rapid/aws-lambda-rie"  # too


def lay_out(
    root: Path,
    runtime: Path,
    files: Mapping[str, str],
    layers: tuple[Path, ...],
    nameserver: str | None,
) -> None:
    """
    Write what a function finds.

    Args:
        root: an empty folder.
        runtime: what ``/var/runtime`` holds.
        files: the function's own, by their path below ``/var/task``.
        layers: folders whose contents are laid over each other at ``/opt``.
        nameserver: the only one that host names are asked of; None: the machine's.
    """
    root.chmod(0o755)  # a managed instance runs its workers as another user
    for folder in ("opt", "task", "tmp", "var"):
        (root / folder).mkdir()
    (root / "tmp").chmod(0o1777)
    (root / "runtime").symlink_to(runtime)
    for layer in layers:
        shutil.copytree(layer, root / "opt", dirs_exist_ok=True, copy_function=_link)
    for name, text in files.items():
        path = root / "task" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    hosts = Path("/etc/hosts").read_text(encoding="utf-8")
    (root / "hosts").write_text(f"{hosts}\n127.0.0.1 sandbox.localdomain sandbox\n", "utf-8")
    if nameserver is not None:
        (root / "resolv.conf").write_text(f"nameserver {nameserver}\n", "utf-8")


def _link(source: str, destination: str) -> None:
    """Put a file there, without another copy of it where that is possible."""
    try:
        os.link(source, destination)
    except OSError:
        shutil.copy2(source, destination)


@contextmanager
def running(
    root: Path, emulator: Path, variables: Mapping[str, str], arguments: Sequence[str], log: Path
) -> Iterator[subprocess.Popen[bytes]]:
    """
    Run the emulator until the block ends, in what `lay_out` wrote.

    Args:
        root: where it was written.
        emulator: its program, outside.
        variables: its whole environment.
        arguments: of its command.
        log: gets what it and the function write.
    """
    with log.open("wb") as output:
        process = subprocess.Popen(
            [
                *namespace(),
                HERE / "sandbox.sh",
                *(root, emulator, PREFIX, ":".join(own_packages())),
                *(f"{name}={value}" for name, value in variables.items()),
                *(EMULATOR, *arguments),
            ],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        yield process
    finally:
        process.kill()  # and with it everything in its namespace
        process.wait()


def children(pid: int) -> list[int]:
    """Return the processes that *pid* has started and that are there."""
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def namespace() -> list[str]:
    """Return the command that runs another one in namespaces of its own, which end with it."""
    alone = ["--mount", "--pid", "--fork", "--kill-child", "--mount-proc"]
    root = [] if os.geteuid() == 0 else ["--user", "--map-root-user"]
    # A test run that is killed itself leaves nothing behind either.
    return ["setpriv", "--pdeathsig", "KILL", "unshare", *root, *alone]


def why_not() -> str:
    """Say what keeps this machine from running a function; empty: nothing does."""
    for program in ("setpriv", "unshare"):
        if shutil.which(program) is None:
            return f"there is no {program} here (util-linux)"
    if not Path("/opt").is_dir():
        return "there is no /opt to mount a layer on"
    tried = subprocess.run(
        [*namespace(), "mount", "-t", "tmpfs", "tmpfs", "/opt"],
        capture_output=True,
        text=True,
        check=False,
    )
    if tried.returncode:
        return f"this machine permits no namespaces: {tried.stderr.strip()}"
    return ""


def why_not_managed() -> str:
    """Say what keeps this machine from running a managed instance; empty: nothing does."""
    ranges = [line.split() for line in Path("/proc/self/uid_map").read_text().splitlines()]
    others = sum(int(count) for _first, _outside, count in ranges)
    if os.geteuid() == 0 and others > 1:
        return ""
    return "the emulator runs a managed instance's workers as another user, which only root may do"


def own_packages() -> list[str]:
    """Return the folders of the interpreter's own packages, which Lambda's does not have."""
    schemes = [name for name in sysconfig.get_scheme_names() if name.startswith(("posix", "deb"))]
    places = {"base": sys.base_prefix, "platbase": sys.base_exec_prefix}
    folders = {
        sysconfig.get_path(kind, scheme, places)
        for scheme in schemes
        if "user" not in scheme and "home" not in scheme
        for kind in ("purelib", "platlib")
    }
    folders |= {*site.getsitepackages([sys.base_prefix, sys.base_exec_prefix])}
    return sorted(folder for folder in folders if os.path.isdir(folder))  # noqa: PTH112  text
