"""X-Ray SDK: the sampler that its middleware asks for each request."""

from aws_xray_sdk.core.sampling.sampler import DefaultSampler
from aws_xray_sdk.core.sampling.sampling_rule import SamplingRule

sampler = DefaultSampler()
sampler._started = True  # there is nobody to poll
sampler._cache.load_rules(
    [
        SamplingRule(
            f"r{n}",
            n + 1,
            0.05,
            1,
            "*.example.com",
            "POST",
            f"/api/v?/team{n}/*/orders",
            "*",
            "*",
        )
        for n in range(25)
    ]
)
sampler._cache.last_updated = 4e9  # they stay


def operation() -> None:
    """Decide."""
    sampler.should_trace(
        {
            "host": "shop.example.com",
            "method": "POST",
            "path": "/api/v1/team24/eu/orders",
            "service": "shop",
        }
    )


def flush() -> None:
    """Nothing is sent."""
