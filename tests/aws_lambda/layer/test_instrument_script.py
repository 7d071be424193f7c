from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from otel_xray.aws_lambda import layer
from otel_xray.aws_lambda.layer.build import WRAPPER

pytestmark = pytest.mark.slow

SCRIPT = Path(layer.__file__).parent / WRAPPER
SHELLS = [path for shell in ("sh", "dash", "bash") if (path := shutil.which(shell))]
SHOW = "import json, os, sys; print(json.dumps([os.getpid(), sys.argv[1:], dict(os.environ)]))"
OURS = "otel_xray.aws_lambda.function.handler"


def wrapped(shell: str, **environ: str) -> dict[str, str]:
    """Return the variables that the wrapped command sees; it is the very process of the shell."""
    command = [shell, str(SCRIPT), sys.executable, "-S", "-c", SHOW, "two words", "$HOME *"]
    with subprocess.Popen(command, env=environ, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        number, words, seen = json.load(process.stdout)
    assert (0, process.pid, ["two words", "$HOME *"]) == (process.returncode, number, words)
    return {name: value for name, value in seen.items() if "HANDLER" in name}


@pytest.mark.parametrize("shell", SHELLS)
def test_the_handler_becomes_ours(shell: str) -> None:
    """The function's own is kept in a variable, whatever characters it has."""
    for handler in ("app.handler", "src/orders/app.handler", "a b.c'\"d"):
        assert {"_HANDLER": OURS, "OTEL_XRAY_HANDLER": handler} == wrapped(shell, _HANDLER=handler)


@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize("value", ["false", "FALSE", "False", "0", "no", "No", "off", "f", "n"])
def test_switched_off_it_is_a_plain_exec(shell: str, value: str) -> None:
    """Nothing is changed."""
    variables = {"_HANDLER": "app.handler", "OTEL_XRAY_ENABLED": value}

    assert {"_HANDLER": "app.handler"} == wrapped(shell, **variables)


@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize("value", ["true", "1", "", "nonsense"])
def test_anything_else_leaves_it_on(shell: str, value: str) -> None:
    """What is no boolean is reported by the settings, not decided by the shell."""
    seen = wrapped(shell, _HANDLER="app.handler", OTEL_XRAY_ENABLED=value)

    assert OURS == seen["_HANDLER"]


@pytest.mark.parametrize("shell", SHELLS)
def test_without_a_handler_it_is_a_plain_exec(shell: str) -> None:
    """Where no variable names one there is nothing to wrap."""
    assert {} == wrapped(shell)
    assert {"_HANDLER": ""} == wrapped(shell, _HANDLER="")


@pytest.mark.parametrize("shell", SHELLS)
def test_twice_is_as_once(shell: str) -> None:
    """Our own handler is never taken for the function's."""
    both = {"_HANDLER": OURS, "OTEL_XRAY_HANDLER": "app.handler"}

    assert both == wrapped(shell, **both)


@pytest.mark.parametrize("shell", SHELLS)
def test_it_starts_no_process(shell: str) -> None:
    """Even PATH may be empty: it has nothing but the shell's own commands."""
    done = subprocess.run(
        [shell, SCRIPT, sys.executable, "-S", "-c", "print('ran')"],
        env={"PATH": "", "_HANDLER": "app.handler"},
        capture_output=True,
        text=True,
        check=True,
    )

    assert ("ran\n", "") == (done.stdout, done.stderr)
