"""``otel-xray run``: the alias is in place before the program's first line, and nothing else is."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import venv
from pathlib import Path

import pytest

from otel_xray.cli import main

pytestmark = pytest.mark.slow

WHOSE = """
import sys, aws_xray_sdk
print("alias" if "compat" in aws_xray_sdk.__file__ else "original", *sys.argv[1:])
"""
NESTED = f"""
import subprocess, sys
print(subprocess.run([sys.executable, "-c", {WHOSE!r}], capture_output=True, text=True).stdout)
"""
SPAWNED = """
import multiprocessing
def work(queue):
    import aws_xray_sdk
    queue.put("compat" in aws_xray_sdk.__file__)
if __name__ == "__main__":
    context = multiprocessing.get_context("spawn")
    queue = context.Queue()
    process = context.Process(target=work, args=(queue,))
    process.start()
    print("alias" if queue.get(timeout=60) else "original")
    process.join()
"""


def command(*words: str) -> list[str]:
    """Return the command with a program after it."""
    return [sys.executable, "-m", "otel_xray", "run", *words]


def run(
    *words: str, cwd: Path | None = None, stdin: str = "", **environ: str
) -> subprocess.CompletedProcess[str]:
    """Run a program by the command, to its end."""
    return subprocess.run(
        command(*words),
        capture_output=True,
        text=True,
        check=False,
        cwd=cwd,
        input=stdin,
        env={**os.environ, **environ},
        timeout=120,
    )


@pytest.fixture
def app(tmp_path: Path) -> Path:
    """Return a program that prints whose X-Ray SDK it has."""
    path = tmp_path / "app.py"
    path.write_text(WHOSE)
    return path


@pytest.mark.parametrize(
    "words",
    [
        ["app.py", "demo", "-m", "--help", "--"],
        ["--", "app.py", "demo", "-m", "--help", "--"],
        [sys.executable, "app.py", "demo", "-m", "--help", "--"],
        ["-m", "app", "demo", "-m", "--help", "--"],
        ["-c", WHOSE, "demo", "-m", "--help", "--"],
    ],
    ids=["script", "dashes", "python", "module", "code"],
)
def test_python_programs_have_the_alias(app: Path, words: list[str]) -> None:
    """However they are named; their words reach them, also those that look like ours."""
    done = run(*words, cwd=app.parent)

    assert ("alias demo -m --help --\n", "", 0) == (done.stdout, done.stderr, done.returncode)


@pytest.mark.parametrize("line", [f"#!{sys.executable}", "#!/usr/bin/env python"])
def test_scripts_on_the_path_have_it(tmp_path: Path, line: str) -> None:
    """As console scripts are installed, with an interpreter in their first line."""
    script = tmp_path / "serve"
    script.write_text(f"{line}\n{WHOSE}")
    script.chmod(0o755)
    path = os.pathsep.join((str(tmp_path), str(Path(sys.executable).parent), os.environ["PATH"]))

    assert "alias shop:app\n" == run("serve", "shop:app", PATH=path).stdout


@pytest.mark.parametrize("code", [NESTED, SPAWNED], ids=["subprocess", "spawned"])
def test_processes_of_the_program_have_it(tmp_path: Path, code: str) -> None:
    """Python passes the environment on to every Python that it starts."""
    (tmp_path / "app.py").write_text(code)

    assert "alias" == run("app.py", cwd=tmp_path).stdout.strip()


def test_one_variable_undoes_it(app: Path) -> None:
    """With OTEL_XRAY_COMPAT=false the program has the original."""
    assert "original\n" == run(str(app), OTEL_XRAY_COMPAT="false").stdout


def test_the_process_is_the_programs(tmp_path: Path) -> None:
    """Its exit code, standard input and signals are as without the command."""
    echo = "import sys; print(sys.stdin.read().upper()); sys.exit(7)"
    done = run(sys.executable, "-c", echo, stdin="words")
    assert ("WORDS\n", 7) == (done.stdout, done.returncode)

    wait = "import os, time; print(os.getpid(), flush=True); time.sleep(60)"
    with subprocess.Popen(
        command(sys.executable, "-c", wait), stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.pid == int(process.stdout.readline())
        process.send_signal(signal.SIGTERM)
        assert -signal.SIGTERM == process.wait(30)


def test_the_users_own_path_is_kept(tmp_path: Path) -> None:
    """PYTHONPATH goes on behind ours, once, however often the command is nested."""
    show = "import os; print(os.environ['PYTHONPATH'])"
    mine = f"{tmp_path}{os.pathsep}/elsewhere"
    nested = [sys.executable, "-m", "otel_xray", "run", sys.executable, "-c", show]
    ours, *others = run(*nested, PYTHONPATH=mine).stdout.strip().split(os.pathsep)

    assert "compat" in ours
    assert [str(tmp_path), "/elsewhere"] == others
    assert ours == run(sys.executable, "-c", show, PYTHONPATH="").stdout.strip()


def test_a_sitecustomize_that_is_hidden_runs_after_ours(app: Path) -> None:
    """It is what ``import sitecustomize`` gives; a failure in it is Python's to report."""
    hidden = app.parent / "sitecustomize.py"
    hidden.write_text("import aws_xray_sdk\nprint('compat' in aws_xray_sdk.__file__)\nmine = 1")
    app.write_text("import sitecustomize\nprint(sitecustomize.mine)")
    # The command's own Python has it as well, before there is an alias.
    assert "False\nTrue\n1\n" == run(str(app), PYTHONPATH=str(app.parent)).stdout

    hidden.write_text("raise ValueError('mine')")
    app.write_text(WHOSE)
    done = run(str(app), PYTHONPATH=str(app.parent))
    assert "alias\n" == done.stdout
    assert "ValueError: mine" in done.stderr


def test_a_python_without_the_package_says_so_and_runs(tmp_path: Path) -> None:
    """One line; those that it starts in turn keep quiet, since they may be anything."""
    venv.create(tmp_path / "bare", symlinks=True)
    python = str(tmp_path / "bare/bin/python")
    done = run(python, "-c", "print('ran')")
    assert ("ran\n", 1) == (done.stdout, done.stderr.count("\n"))
    assert "cannot use the alias (ModuleNotFoundError: No module named 'otel_xray')" in done.stderr
    assert "install otel-xray beside the program" in done.stderr

    start = f"import subprocess; subprocess.run([{python!r}, '-c', 'print(2)'])"
    done = run(sys.executable, "-c", start)
    assert ("2\n", "") == (done.stdout, done.stderr)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["nowhere"], "The program 'nowhere' is not found; give a command, a path, or"),
        (["nowhere.py"], "The program 'nowhere.py' is not found; give the path of a script."),
        (["-m"], "-m needs a word after it, as for Python."),
    ],
)
def test_a_program_that_is_not_there_is_one_line(
    words: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit code 2, what was looked for, and what to give."""
    assert 2 == main(["run", *words])

    out, err = capsys.readouterr()
    assert ("", 1) == (out, err.count("\n"))
    assert f"otel-xray run: {message}" in err


def test_a_file_that_cannot_be_executed_is_one_line(tmp_path: Path) -> None:
    """Such as one without an interpreter in its first line."""
    script = tmp_path / "serve"
    script.write_bytes(b"\x7fELF no program")
    script.chmod(0o755)
    done = run(str(script))

    assert (2, 1) == (done.returncode, done.stderr.count("\n"))
    assert f"The program '{script}' cannot be executed: Exec format error." in done.stderr
