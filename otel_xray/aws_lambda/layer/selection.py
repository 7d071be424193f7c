"""What of a package is left out of a layer, and why. Tables, so that they can be read."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePosixPath

# Parts of otel_xray that a function never uses → why.
LEFT_OUT: Mapping[str, str] = {
    "otel_xray/__main__.py": "starts the command line",
    "otel_xray/aws_lambda/layer": "builds the layer",
    "otel_xray/cli": "the command line",
    "otel_xray/collector_files": "checks a collector's configuration",
    "otel_xray/compat/launch.py": "starts programs for `otel-xray run`",
    "otel_xray/compat/site": "what `otel-xray run` puts in front of a program",
    "otel_xray/compat/verify": "compares with the X-Ray SDK, on a desk",
    "otel_xray/console": "a server",
    "otel_xray/demo": "an application",
    "otel_xray/testing.py": "for tests",
    "otel_xray/trial.py": "sends a span for `otel-xray doctor`",
}

# Extras that are for parts that are left out.
EXTRAS_LEFT_OUT = frozenset({"all", "console", "demo", "layer"})

# Kinds of files that are not read at run time, in any package.
_SUFFIXES = frozenset({".c", ".h", ".md", ".pxd", ".pyc", ".pyi", ".pyx"})
_NAMES = frozenset({"py.typed"})
_FOLDERS = frozenset({"__pycache__", "node_modules", "tests"})

# What importlib.metadata reads, and what licences ask to be passed on.
_METADATA = ("METADATA", "entry_points.txt")
_LEGAL = ("AUTHORS", "COPYING", "LICENCE", "LICENSE", "NOTICE", "licenses/")

# Modules that functions load seldom: their source is there, but no bytecode for it.
_SELDOM = (
    "opentelemetry/sdk/_configuration",
    "opentelemetry/sdk/_logs",
    "opentelemetry/sdk/metrics",
    "opentelemetry/semconv/_incubating",
    *(
        f"otel_xray/compat/aws_xray_sdk/ext/{framework}"
        for framework in ("bottle", "django", "flask", "flask_sqlalchemy")
    ),
    "otel_xray/segments/collector",
    *(f"otel_xray/segments/{check}.py" for check in ("expected", "linter", "rules", "validation")),
)
_NEVERTHELESS = frozenset(  # those among them that the SDK's tracer loads
    {
        "opentelemetry/semconv/_incubating/attributes/otel_attributes.py",
        "opentelemetry/semconv/_incubating/metrics/otel_metrics.py",
    }
)


def is_kept(name: str) -> bool:
    """
    Say whether a function may need a file.

    Args:
        name: its path in ``site-packages``.
    """
    path = PurePosixPath(name)
    if path.parts[0].endswith(".dist-info"):
        rest = name.partition("/")[2]
        return rest in _METADATA or rest.startswith(_LEGAL)
    if path.suffix in _SUFFIXES or path.name in _NAMES or not _FOLDERS.isdisjoint(path.parts):
        return False
    return not any(_is_below(name, folder) for folder in LEFT_OUT)


def is_compiled(name: str) -> bool:
    """Say whether a module is worth its bytecode; *name* is its path in ``site-packages``."""
    if not name.endswith(".py"):
        return False
    return name in _NEVERTHELESS or not any(_is_below(name, folder) for folder in _SELDOM)


def _is_below(name: str, folder: str) -> bool:
    return name == folder or name.startswith(f"{folder}/")
