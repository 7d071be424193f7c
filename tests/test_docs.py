from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from otel_xray import backends, cli, settings, startup

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
EXAMPLES = [
    pytest.param(code, id=f"{page.relative_to(ROOT)}:{number}")
    for page in PAGES
    for number, code in enumerate(re.findall(r"```python\n(.*?)```", page.read_text(), re.DOTALL))
]
TESTS_IN_EXAMPLES = (
    "\nfor name, fact in list(globals().items()):\n    if name.startswith('test_'): fact()"
)


@pytest.mark.parametrize("code", EXAMPLES)
def test_every_example_runs(code: str) -> None:
    """Each Python example of the documentation runs as it stands, without a word on stderr."""
    finished = subprocess.run(
        [sys.executable, "-c", code + TESTS_IN_EXAMPLES],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        env={"OTEL_TRACES_EXPORTER": "none"},
    )

    assert (0, "") == (finished.returncode, finished.stderr)


def test_every_variable_is_documented() -> None:
    """Each variable that the settings read has its line in the reference."""
    source = Path(settings.__file__).read_text()
    variables = set(re.findall(r'"((?:OTEL|AWS|POWERTOOLS|LAMBDA|_X_AMZN|XDG)_[A-Z_]+)"', source))
    page = (ROOT / "docs/reference/settings.md").read_text()

    assert variables
    assert set() == {name for name in variables if f"`{name}`" not in page}


def test_every_argument_and_backend_is_documented() -> None:
    """configure()'s arguments and the presets are in the reference, and no others."""
    page = (ROOT / "docs/reference/settings.md").read_text()
    table = page.partition("## `otel_xray.configure()`")[2]

    assert set(startup.ARGUMENTS) == set(re.findall(r"^\| `(\w+)`", table, re.MULTILINE))
    assert set() == {name for name in backends.BACKENDS if f"`{name}`" not in page}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_inside_the_documentation_leads_somewhere(page: Path) -> None:
    """A relative link names a file that exists."""
    targets = re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text())

    assert [] == [target for target in targets if not (page.parent / target).exists()]


def test_every_command_is_named_in_the_readme_or_the_tutorial() -> None:
    """A sub-command that nobody is told about does not exist for users."""
    text = "".join(page.read_text() for page in PAGES)

    assert set() == {name for name in cli.COMMANDS if f"otel-xray {name}" not in text}
