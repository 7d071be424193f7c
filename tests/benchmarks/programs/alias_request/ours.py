"""otel-xray: the same under the alias."""

from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider

from otel_xray import compat

compat.install()

from aws_xray_sdk.core import xray_recorder  # noqa: E402

xray_recorder.configure(sampling=False)


def operation() -> None:
    """Serve a request."""
    with xray_recorder.in_segment("orders"), xray_recorder.in_subsegment("reserve") as subsegment:
        subsegment.put_annotation("orderId", "71032")
        subsegment.put_annotation("successfulOrder", value=True)
        subsegment.put_metadata("order", {"items": [71032], "total": 12.5})


def flush() -> None:
    """Send what is left."""
    provider = trace.get_tracer_provider()
    assert isinstance(provider, TracerProvider)
    provider.force_flush()
