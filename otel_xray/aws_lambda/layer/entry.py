"""One file of a layer."""

from __future__ import annotations

from dataclasses import dataclass

SHARED = "python"  # every Python of Lambda looks here, after its own folder


@dataclass(frozen=True, slots=True)
class Entry:
    """
    A file, and whose it is.

    Attributes:
        path: where it lies below ``/opt``.
        data: its content.
        package: what the size report counts it to.
        executable: whether it may be executed.
    """

    path: str
    data: bytes
    package: str
    executable: bool = False


def site_packages(python: str) -> str:
    """Return the folder where one Python alone looks."""
    return f"{SHARED}/lib/python{python}/site-packages"
