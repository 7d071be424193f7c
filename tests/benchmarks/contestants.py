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
        from_checkout: this checkout is installed in its environment, beside the requirements.
        list_name: of its requirement list, if it shares one; else its key names it.
        complete: its list holds everything that is installed, in versions of its own; else what it
            needs comes with it, in the versions of `CONSTRAINTS`.
    """

    key: str
    title: str
    distribution: str = ""
    from_checkout: bool = False
    list_name: str = ""
    complete: bool = False

    @property
    def requirements(self) -> Path:
        """The pinned list that its environment is made from."""
        return HERE / "requirements" / f"{self.list_name or self.key}.txt"

    @property
    def pins(self) -> tuple[Path, ...]:
        """All files that decide about versions in its environment."""
        return (self.requirements,) if self.complete else (self.requirements, CONSTRAINTS)


OURS = Contestant("ours", "otel-xray", "opentelemetry-sdk", from_checkout=True)
XRAY_SDK = Contestant("xray_sdk", "X-Ray SDK", "aws-xray-sdk")
OTEL_SDK = Contestant("otel_sdk", "OpenTelemetry", "opentelemetry-sdk")
POWERTOOLS = Contestant("powertools", "Powertools", "aws-lambda-powertools")

CONTRIB = Contestant("contrib", "contrib", "opentelemetry-instrumentation-botocore")
# AWS's distribution of OpenTelemetry, started as its layer starts it, by either setting.
ADOT_FAST = Contestant(
    "adot_fast", "ADOT, fast start", "aws-opentelemetry-distro", list_name="adot", complete=True
)
ADOT = Contestant("adot", "ADOT", "aws-opentelemetry-distro", complete=True)
COMMUNITY = Contestant("community", "community layer", "opentelemetry-distro", complete=True)

# A program in Go; see `collector`.
COLLECTOR = Contestant("collector", "Go exporter")

PEERS = (XRAY_SDK, OTEL_SDK, POWERTOOLS, CONTRIB, ADOT_FAST, ADOT, COMMUNITY, COLLECTOR)
EVERYBODY = (OURS, *PEERS)
INSTALLED = tuple(one for one in EVERYBODY if one is not COLLECTOR)
