"""otel-xray: the sampler of OpenTelemetry's SDK, asked for the first span of a trace."""

from opentelemetry.trace import SpanKind

from otel_xray.sampling.central import CentralRule
from otel_xray.sampling.rule import Request, Rule
from otel_xray.sampling.sampler import XRaySampler

sampler = XRaySampler(None, running=Request(service="shop"))
sampler._cache.load(
    [
        CentralRule(
            Rule(f"r{n}", n + 1, 0.05, 1, "*.example.com", "POST", f"/api/v?/team{n}/*/orders")
        )
        for n in range(25)
    ]
)
sampler._cache.last_updated = 4e9  # they stay

REQUEST = {
    "server.address": "shop.example.com",
    "http.request.method": "POST",
    "url.path": "/api/v1/team24/eu/orders",
}
TRACE = 0x5759E988BD862E3FE1BE46A994272793


def operation() -> None:
    """Decide."""
    sampler.should_sample(None, TRACE, "POST", SpanKind.SERVER, REQUEST)


def flush() -> None:
    """Nothing is sent."""
