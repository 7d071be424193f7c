"""What a collector's configuration file says, and what is wrong with it."""

from __future__ import annotations

from otel_xray.collector_files.check import Report, check
from otel_xray.collector_files.finding import Finding, Level
from otel_xray.collector_files.variables import Variable

__all__ = ["Finding", "Level", "Report", "Variable", "check"]
