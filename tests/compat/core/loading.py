"""Modules of the alias, by their names below ``aws_xray_sdk.core``."""

from __future__ import annotations

from importlib import import_module
from typing import Any


def core(name: str) -> Any:
    """Import a module of the alias, which must be installed."""
    return import_module(f"aws_xray_sdk.core.{name}")
