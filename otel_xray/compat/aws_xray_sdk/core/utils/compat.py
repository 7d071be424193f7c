"""Kinds of values and of methods."""

from __future__ import annotations

import inspect
from typing import Any

annotation_value_types = (int, float, bool, str)


def is_classmethod(func: Any) -> bool:
    """Say whether *func*, as its class gives it, is bound already."""
    return getattr(func, "__self__", None) is not None


def is_instance_method(parent_class: type[Any], func_name: str, func: Any) -> bool:
    """Say whether *func*, known to *parent_class* as *func_name*, takes an instance."""
    owners = (vars(kind) for kind in inspect.getmro(parent_class))
    definition = next((owner[func_name] for owner in owners if func_name in owner), None)
    return not is_classmethod(func) and not isinstance(definition, staticmethod)
