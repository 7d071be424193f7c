"""
The sampler that the settings ask for.

`xray_sampler` is what OpenTelemetry's SDK finds by the name ``xray`` or ``otel_xray``.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from urllib.parse import urlsplit

from otel_xray import settings
from otel_xray.sampling import rules_text
from otel_xray.sampling.manifest import Manifest
from otel_xray.sampling.running import describe
from otel_xray.sampling.sampler import Service, XRaySampler
from otel_xray.setting_values import AWS, Sampling
from otel_xray.spans.resource import detect

_XRAY_HOST = re.compile(r"xray[.-](?:fips[.-])?(?P<region>[a-z0-9-]+)\..*amazonaws\.com(?:\.cn)?")
_LIFECYCLE = "otel_xray.aws_lambda.lifecycle"  # it says when there is time to poll


def xray_sampler(argument: str | None = None) -> XRaySampler:
    """
    Return the sampler for a program that OpenTelemetry's SDK configures by itself.

    Args:
        argument: ``OTEL_TRACES_SAMPLER_ARG``; None for what the environment says.

    Raises:
        ConfigurationError: a setting cannot be used.
    """
    environ = {**settings.environment(), "OTEL_TRACES_SAMPLER": "xray"}
    if argument is not None:
        environ["OTEL_TRACES_SAMPLER_ARG"] = argument
    resource = detect(environ, settings.service_name(environ))
    decided = settings.sampling(environ) or Sampling()
    return make(decided, resource.attributes, settings.sampling_timeout(environ))


def make(decided: Sampling, resource: Mapping[str, object], timeout: float) -> XRaySampler:
    """
    Return the sampler.

    Args:
        decided: which rules.
        resource: attributes of the process.
        timeout: seconds that X-Ray may take to answer.

    Raises:
        ConfigurationError: the local rules cannot be used, or X-Ray cannot be asked like that.
    """
    stepped = settings.in_lambda(settings.environment()) and _LIFECYCLE in sys.modules
    return XRaySampler(
        _service(decided, timeout) if decided.central else None,
        local_rules(decided),
        running=describe(resource),
        interval=decided.interval,
        threads=not stepped,
    )


def local_rules(decided: Sampling) -> Manifest | None:
    """
    Return the local rules that were *decided* on; None for those of X-Ray's SDKs.

    Raises:
        ConfigurationError: they cannot be used.
    """
    return rules_text.load(decided.rules) if decided.rules else None


def _service(decided: Sampling, timeout: float) -> Service:
    from otel_xray.sampling.client import SamplingClient  # noqa: PLC0415  local rules need none
    from otel_xray.sampling.signed import SignedService  # noqa: PLC0415

    if decided.endpoint == AWS:
        return SignedService(settings.aws_region(), "", timeout=timeout)
    if not decided.endpoint:
        return SamplingClient(decided.daemon.host, decided.daemon.port, timeout=timeout)
    found = _XRAY_HOST.fullmatch(urlsplit(decided.endpoint).hostname or "")
    if found is not None:
        return SignedService(found["region"], decided.endpoint, timeout=timeout)
    return SamplingClient.to_url(decided.endpoint, timeout=timeout)
