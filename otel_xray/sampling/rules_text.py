"""Local rules from a setting: JSON itself, or the path of a file of it."""

from __future__ import annotations

import json

from otel_xray.errors import ConfigurationError
from otel_xray.sampling.manifest import Manifest, parse

_QUOTED = 80
_REMEDY = (
    'write the path of a file, or JSON such as {"version": 2, "default": '
    '{"fixed_target": 1, "rate": 0.05}, "rules": []}.'
)


def load(text: str, name: str = "OTEL_XRAY_SAMPLING_RULES") -> Manifest:
    """
    Read the rules.

    Args:
        text: JSON, or a path.
        name: of the setting; for people.

    Raises:
        ConfigurationError: there is no such file, or it holds no rules that can be used.
    """
    shown = f"{name} is {text[:_QUOTED]!r}"
    is_json = text.lstrip().startswith(("{", "["))
    try:
        document = json.loads(text if is_json else _read(text))
    except OSError as error:
        msg = f"{shown}, a file that cannot be read ({error.strerror}); {_REMEDY}"
        raise ConfigurationError(msg) from error
    except (ValueError, RecursionError) as error:
        msg = f"{shown}, which is no JSON ({error}); {_REMEDY}"
        raise ConfigurationError(msg) from error
    try:
        return parse(document)
    except ConfigurationError as error:
        msg = f"{shown}: {error}"
        raise ConfigurationError(msg) from None


def _read(path: str) -> str:
    with open(path, encoding="utf-8") as file:  # noqa: PTH123  pathlib is not needed otherwise
        return file.read()
