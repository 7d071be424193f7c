"""otel-xray: the default layer for one Python, with its bytecode, which the others lack here."""

import io
from contextlib import redirect_stdout
from pathlib import Path

from otel_xray import cli


def build(file: Path) -> None:
    """Build it; its report goes nowhere."""
    with redirect_stdout(io.StringIO()):
        cli.main(["layer", "build", "--output", str(file)])
