from __future__ import annotations

import ast
import importlib
from pathlib import Path

import pytest

import otel_xray

LAZY = ["otel_xray", "otel_xray.aws_lambda", "otel_xray.compat.powertools", "otel_xray.segments"]


@pytest.mark.parametrize("package", LAZY)
def test_the_stub_and_the_table_name_the_same(package: str) -> None:
    """What type checkers see of a lazy package is what it has at run time."""
    module = importlib.import_module(package)
    stub = ast.parse(Path(str(module.__file__)).with_suffix(".pyi").read_text())
    names = [
        alias.asname
        for node in ast.walk(stub)
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    ]

    assert sorted(module.__all__) == sorted(filter(None, names))
    assert all(getattr(module, name) is not None for name in module.__all__)


def test_an_unknown_name_is_an_attribute_error() -> None:
    """A misspelt name fails as it does on any module."""
    with pytest.raises(AttributeError, match=r"'otel_xray' has no attribute 'Tracr'"):
        _ = otel_xray.Tracr  # type: ignore[attr-defined]  # that it is missing is the point
