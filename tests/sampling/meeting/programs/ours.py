"""otel-xray's sampler; the endpoint is the argument."""

import sys

from commands import obey
from opentelemetry.sdk.trace.sampling import Decision

from otel_xray.sampling.choice import xray_sampler

sampler = xray_sampler(f"endpoint={sys.argv[1]}")
sampler._started = True  # its threads would poll in between
rules, targets = sampler._pollers

obey(
    rules.step,
    lambda: sampler.should_sample(None, 1, "s").decision is Decision.RECORD_AND_SAMPLE,
    targets.step,
    lambda: sampler._cache.rules[0].reservoir.quota,
)
