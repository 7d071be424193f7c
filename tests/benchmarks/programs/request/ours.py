"""otel-xray: X-Ray's calls."""

from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.trace import get_tracer_provider

from otel_xray import configure, xray_recorder

configure()


def operation() -> None:
    """Serve a request."""
    with (
        xray_recorder.in_segment("orders"),
        xray_recorder.in_subsegment("reserve") as subsegment,
    ):
        subsegment.put_annotation("orderId", "71032")
        subsegment.put_metadata("order", {"items": [71032], "total": 12.5})


def flush() -> None:
    """Send what is left."""
    provider = get_tracer_provider()
    assert isinstance(provider, TracerProvider)
    provider.force_flush()
