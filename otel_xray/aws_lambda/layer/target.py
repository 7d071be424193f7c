"""What a layer is built for: Lambda's Pythons and processors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from packaging.requirements import Requirement

from otel_xray.errors import ConfigurationError

# Lambda's runtimes → the minor version of the newest glibc 2.x that their wheels may need:
# Amazon Linux 2 has 2.26, Amazon Linux 2023 has 2.34.
PYTHONS: Mapping[str, int] = {"3.10": 26, "3.11": 26, "3.12": 34, "3.13": 34, "3.14": 34}

# Lambda's name of a processor → Linux's.
ARCHITECTURES: Mapping[str, str] = {"x86_64": "x86_64", "arm64": "aarch64"}

_OLDEST_GLIBC = 17  # that of manylinux2014


@dataclass(frozen=True, slots=True)
class Target:
    """
    One runtime of Lambda on one processor.

    Attributes:
        python: its version, such as ``3.13``.
        architecture: the processor, as Lambda names it.
    """

    python: str
    architecture: str

    def __str__(self) -> str:
        """Return what an error calls it."""
        return f"CPython {self.python} on {self.architecture}"

    @property
    def platforms(self) -> Sequence[str]:
        """The platform tags whose wheels run there, the preferred ones first."""
        machine = ARCHITECTURES[self.architecture]
        newest = PYTHONS[self.python]
        tags = [f"manylinux_2_{minor}_{machine}" for minor in range(newest, _OLDEST_GLIBC - 1, -1)]
        return [*tags, f"manylinux2014_{machine}"]

    @property
    def markers(self) -> dict[str, str]:
        """The values of a requirement's environment markers there."""
        return {
            "implementation_name": "cpython",
            "implementation_version": f"{self.python}.0",
            "os_name": "posix",
            "platform_machine": ARCHITECTURES[self.architecture],
            "platform_python_implementation": "CPython",
            "platform_release": "",
            "platform_system": "Linux",
            "platform_version": "",
            "python_full_version": f"{self.python}.0",
            "python_version": self.python,
            "sys_platform": "linux",
        }

    def needs(self, requirement: Requirement, extra: str = "") -> bool:
        """
        Say whether what states *requirement* has it there.

        Args:
            requirement: a dependency, with its marker.
            extra: the extra that is asked for; empty for none.
        """
        marker = requirement.marker
        return marker is None or marker.evaluate({**self.markers, "extra": extra})


def targets(pythons: Sequence[str], architecture: str) -> list[Target]:
    """
    Return the target of each Python, oldest first, each once.

    Args:
        pythons: versions, such as ``3.13``.
        architecture: ``x86_64`` or ``arm64``.

    Raises:
        ConfigurationError: Lambda has no such Python or processor.
    """
    unknown = [python for python in pythons if python not in PYTHONS]
    if unknown:
        msg = f"Lambda has no Python {unknown[0]!r}; write --python {' or '.join(PYTHONS)}."
        raise ConfigurationError(msg)
    if architecture not in ARCHITECTURES:
        known = " or ".join(ARCHITECTURES)
        msg = f"Lambda has no processor {architecture!r}; write --arch {known}."
        raise ConfigurationError(msg)
    return [Target(python, architecture) for python in PYTHONS if python in pythons]
