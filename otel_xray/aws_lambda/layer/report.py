"""How large a layer is, and what takes the room."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

# A layer without extras and collector takes no more than this, zipped.
LIMIT = 2_000_000
# What Lambda allows for a function and all its layers together, unzipped.
LAMBDA_LIMIT = 262_144_000

_SLOW = (
    "each cold start compiles what it loads (bytecode needs a single --python, and that version on "
    "PATH)"
)
_HEAD = ("package", "files", "bytes", "zipped")


@dataclass(frozen=True, slots=True)
class Share:
    """
    What one package takes.

    Attributes:
        package: its name.
        version: its version; empty where it has none.
        files: how many.
        bytes: their size.
        zipped: what they take in the zip file.
    """

    package: str
    version: str
    files: int
    bytes: int
    zipped: int


@dataclass(frozen=True, slots=True)
class Report:
    """
    What was built.

    Attributes:
        output: the zip file.
        pythons: the versions that it is for.
        architecture: the processor that it is for.
        bytecode: the Pythons that it holds bytecode for.
        shares: what each package takes.
        bytes: the size of all files.
        zipped: the size of the zip file.
        sha256: its digest, in hexadecimal.
        is_default: there is neither an extra nor a collector in it.
    """

    output: str
    pythons: Sequence[str]
    architecture: str
    bytecode: Sequence[str]
    shares: Sequence[Share]
    bytes: int
    zipped: int
    sha256: str
    is_default: bool

    @property
    def files(self) -> int:
        """How many files there are."""
        return sum(share.files for share in self.shares)

    def as_json(self) -> Mapping[str, Any]:
        """Return it as what JSON can say."""
        return {
            "layer": self.output,
            "sha256": self.sha256,
            "pythons": list(self.pythons),
            "architecture": self.architecture,
            "bytecode": list(self.bytecode),
            "packages": [asdict(share) for share in self.shares],
            "total": {"files": self.files, "bytes": self.bytes, "zipped": self.zipped},
            "limit": {"zipped": LIMIT if self.is_default else None, "bytes": LAMBDA_LIMIT},
        }

    def lines(self) -> list[str]:
        """Return it as text."""
        rows = [
            _HEAD,
            *(
                _row(f"{share.package} {share.version}", share.files, share.bytes, share.zipped)
                for share in self.shares
            ),
            _row("total", self.files, self.bytes, self.zipped),
        ]
        widths = [max(len(row[column]) for row in rows) for column in range(len(_HEAD))]
        table = [
            "  ".join([row[0].ljust(widths[0]), *(_right(row, widths))]).rstrip() for row in rows
        ]
        return [*table, *self._limits(), self._bytecode(), f"{self.output}  sha256 {self.sha256}"]

    def _limits(self) -> list[str]:
        of_lambda = f"{self.bytes / LAMBDA_LIMIT:.1%} of what Lambda allows unzipped"
        if not self.is_default:
            return [of_lambda]
        return [f"{self.zipped / LIMIT:.1%} of {LIMIT:,} bytes zipped, our limit; {of_lambda}"]

    def _bytecode(self) -> str:
        for_ = f"for Python {', '.join(self.pythons)} on {self.architecture}"
        if self.bytecode:
            return f"{for_}, with bytecode for {', '.join(self.bytecode)}"
        return f"{for_}, without bytecode: {_SLOW}"


def _row(name: str, *numbers: int) -> tuple[str, ...]:
    return (name.strip(), *(f"{number:,}" for number in numbers))


def _right(row: Sequence[str], widths: Sequence[int]) -> list[str]:
    return [text.rjust(width) for text, width in zip(row[1:], widths[1:], strict=True)]
