"""All checks, in the order in which they are told."""

from __future__ import annotations

from collections.abc import Iterator

from otel_xray.cli.checks import (
    endpoint,
    installation,
    lambda_function,
    manner,
    network,
    switches,
)
from otel_xray.cli.checks.finding import Check, Circumstances, Finding

CHECKS: tuple[Check, ...] = (
    switches.unusable,
    switches.off,
    switches.nowhere,
    switches.unnamed,
    switches.configuration_file,
    installation.other_setups,
    installation.exporters,
    installation.region,
    installation.alias,
    installation.environment_of_python,
    manner.both_propagators,
    manner.no_xray_propagator,
    manner.lambdas_header_elsewhere,
    manner.server_span_in_xray,
    manner.sampled_out,
    manner.sampler,
    manner.ids,
    manner.installed,
    endpoint.port,
    endpoint.path,
    endpoint.base,
    endpoint.plain_text,
    endpoint.headers_kept,
    lambda_function.wrapper,
    lambda_function.handler,
    lambda_function.python_path,
    network.otlp,
    network.daemon,
)


def look(seen: Circumstances) -> Iterator[Finding]:
    """Yield what all checks find."""
    for check in CHECKS:
        yield from check(seen)
