"""Who is compared."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
CHECKOUT = HERE.parent.parent
CONSTRAINTS = CHECKOUT / "constraints.txt"


@dataclass(frozen=True, slots=True)
class Contestant:
    """
    One library under measurement, in an environment of its own.

    Attributes:
        key: names its requirement list, and its program in each row.
        title: heading of its column.
        distribution: whose version is reported; empty when it is no Python package.
        from_checkout: this checkout is importable in its environment, beside the requirements.
    """

    key: str
    title: str
    distribution: str = ""
    from_checkout: bool = False

    @property
    def requirements(self) -> Path:
        """The pinned list that its environment is made from, together with `CONSTRAINTS`."""
        return HERE / "requirements" / f"{self.key}.txt"


OURS = Contestant("ours", "otel-xray", "opentelemetry-sdk", from_checkout=True)
XRAY_SDK = Contestant("xray_sdk", "X-Ray SDK", "aws-xray-sdk")
OTEL_SDK = Contestant("otel_sdk", "OpenTelemetry", "opentelemetry-sdk")
POWERTOOLS = Contestant("powertools", "Powertools", "aws-lambda-powertools")

# A program in Go; see `collector`.
COLLECTOR = Contestant("collector", "Go exporter")

INSTALLED = (OURS, XRAY_SDK, OTEL_SDK, POWERTOOLS)
PEERS = (XRAY_SDK, OTEL_SDK, POWERTOOLS, COLLECTOR)
EVERYBODY = (OURS, *PEERS)
