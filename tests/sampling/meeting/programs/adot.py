"""The sampler of AWS's distribution of OpenTelemetry; the endpoint is the argument."""

import sys

from amazon.opentelemetry.distro.sampler.aws_xray_remote_sampler import AwsXRayRemoteSampler
from commands import obey
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace.sampling import Decision

sampler = AwsXRayRemoteSampler(Resource.get_empty(), sys.argv[1].rstrip("/"))
cache = sampler._AwsXRayRemoteSampler__rule_cache


def quota():
    """Return what its reservoir is filled with in a second."""
    applier = cache._RuleCache__rule_appliers[0]
    reservoir = applier._SamplingRuleApplier__reservoir_sampler._root
    return reservoir._RateLimitingSampler__quota


obey(
    sampler._AwsXRayRemoteSampler__get_and_update_sampling_rules,
    lambda: sampler.should_sample(None, 1, "s").decision is Decision.RECORD_AND_SAMPLE,
    sampler._AwsXRayRemoteSampler__get_and_update_sampling_targets,
    quota,
)
