from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

import otel_xray
from otel_xray.aws_lambda.layer.selection import LEFT_OUT, is_compiled, is_kept
from tests.aws_lambda.layer.conftest import Built

PACKAGE = Path(otel_xray.__file__).parent
MODULE = re.compile(r"otel_xray(\.\w+)+")


def modules(layer: Built) -> list[Path]:
    """Return our modules in a layer."""
    return sorted((layer.opt / "python/otel_xray").rglob("*.py"))


def named_in(source: str) -> set[str]:
    """Return each module of ours that a module imports, at any depth, or names in a string."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.update(f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            names.update({node.value} if MODULE.fullmatch(node.value) else ())
    return names


def test_what_is_left_out_exists() -> None:
    """The table names files and folders of the package, each with a reason."""
    assert all((PACKAGE.parent / name).exists() and why for name, why in LEFT_OUT.items())


@pytest.mark.slow
def test_nothing_that_is_kept_uses_what_is_left_out(layer: Built) -> None:
    """No import and no name in a table leads from a module that is there to one that is not."""
    absent = tuple(name.removesuffix(".py").replace("/", ".") for name in LEFT_OUT)
    uses = {
        (str(path.relative_to(layer.opt)), name)
        for path in modules(layer)
        for name in named_in(path.read_text())
        if any(name == gone or name.startswith(f"{gone}.") for gone in absent)
    }

    assert set() == uses


@pytest.mark.slow
def test_every_public_name_that_remains_imports(layer: Built) -> None:
    """The lazy packages give all they list, with nothing installed but the layer."""
    code = (
        "import importlib\n"
        "for name in ('', '.aws_lambda', '.compat', '.segments'):\n"
        "    package = importlib.import_module(f'otel_xray{name}')\n"
        "    found = [each for each in package.__all__ if getattr(package, each)]\n"
        "    print(package.__name__, *found)\n"
    )

    printed = dict(line.partition(" ")[::2] for line in layer.run(code).splitlines())
    assert "Tracer" in printed["otel_xray"]
    assert {"install", "uninstall"} == set(printed["otel_xray.compat"].split())
    assert {"from_span", "to_spans"} <= set(printed["otel_xray.segments"].split())


@pytest.mark.slow
def test_every_module_that_remains_imports(layer: Built) -> None:
    """What a module of ours cannot find is a library that it is made for, never a part of ours."""
    code = (
        "import importlib, os\n"
        "for folder, _, files in os.walk('python/otel_xray'):\n"
        "    if 'compat/aws_xray_sdk' in folder or '__pycache__' in folder: continue\n"
        "    for file in files:\n"
        "        if not file.endswith('.py'): continue\n"
        "        path = os.path.join(folder, file)[len('python/'):-len('.py')]\n"
        "        name = path.replace('/', '.').removesuffix('.__init__')\n"
        "        try: importlib.import_module(name)\n"
        "        except ModuleNotFoundError as error: print(error.name)\n"
    )

    # the function's module wraps a handler as soon as it is imported
    printed = layer.run(code, OTEL_XRAY_HANDLER="json.dumps")
    absent = {name.partition(".")[0] for name in printed.split()}
    assert set() == absent & {"otel_xray", "opentelemetry", "typing_extensions", "packaging"}


@pytest.mark.slow
def test_the_alias_works_from_a_layer(layer: Built) -> None:
    """`aws_xray_sdk` is there for code that was written for it, and records."""
    code = (
        "import otel_xray.compat; otel_xray.compat.install()\n"
        "from aws_xray_sdk.core import patch_all, xray_recorder\n"
        "patch_all()\n"
        "xray_recorder.configure(sampling=False)\n"
        "with xray_recorder.in_segment('s') as segment: print(segment.trace_id)\n"
    )

    assert layer.run(code, AWS_XRAY_DAEMON_ADDRESS="127.0.0.1:9").startswith("1-")


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("otel_xray/api/tracer.py", True),
        ("otel_xray/cli/layer.py", False),
        ("otel_xray/cli_like.py", True),
        ("otel_xray/console", False),
        ("otel_xray/py.typed", False),
        ("wrapt/_wrappers.cpython-313-x86_64-linux-gnu.so", True),
        ("wrapt/_wrappers.c", False),
        ("wrapt/__init__.pyi", False),
        ("wrapt/tests/test_one.py", False),
        ("certifi/cacert.pem", True),
        ("wrapt-2.5.dist-info/METADATA", True),
        ("wrapt-2.5.dist-info/entry_points.txt", True),
        ("wrapt-2.5.dist-info/licenses/LICENSE.md", True),
        ("wrapt-2.5.dist-info/RECORD", False),
        ("wrapt-2.5.dist-info/WHEEL", False),
    ],
)
def test_what_is_kept(name: str, kept: bool) -> None:
    """Modules, data, native code, metadata that is read, and licences; by path."""
    assert kept is is_kept(name)


def test_what_is_compiled() -> None:
    """Modules, but not those that functions load seldom, unless the SDK's tracer loads them."""
    assert is_compiled("opentelemetry/sdk/trace/__init__.py")
    assert is_compiled("opentelemetry/semconv/_incubating/metrics/otel_metrics.py")
    assert not is_compiled("opentelemetry/semconv/_incubating/metrics/k8s_metrics.py")
    assert not is_compiled("otel_xray/segments/linter.py")
    assert not is_compiled("certifi/cacert.pem")
