"""Other layers than ours, as users have them."""

from __future__ import annotations

import importlib.util
import shutil
from pathlib import Path

from tests.aws_lambda.emulator.sandbox import VERSION

PLAIN = "python"
VERSIONED = f"python/lib/python{VERSION}/site-packages"


def of_packages(folder: Path, *packages: str, at: str = PLAIN) -> Path:
    """Make a layer in *folder* of packages that are installed here, and return it."""
    layer = folder / "layer"
    place = layer / at
    place.mkdir(parents=True, exist_ok=True)
    for package in packages:
        found = importlib.util.find_spec(package)
        assert found is not None, f"{package} is not installed"
        assert found.origin is not None
        origin = Path(found.origin)
        if origin.name == "__init__.py":
            shutil.copytree(origin.parent, place / origin.parent.name)
        else:
            shutil.copy2(origin, place)
    return layer


def of_files(folder: Path, files: dict[str, str]) -> Path:
    """Make a layer in *folder* of *files*, by their path below ``/opt``, and return it."""
    layer = folder / "layer"
    for name, text in files.items():
        path = layer / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return layer
