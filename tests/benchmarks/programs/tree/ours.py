"""otel-xray: the same entities under the alias, as the exporter writes the spans that hold them."""

from opentelemetry.sdk.trace import Tracer, TracerProvider
from opentelemetry.trace import SpanContext, SpanKind, TraceFlags

from otel_xray import compat

compat.install()

from aws_xray_sdk.core.models.segment import Segment  # noqa: E402
from aws_xray_sdk.core.models.subsegment import Subsegment  # noqa: E402

from otel_xray.model import ids  # noqa: E402
from otel_xray.segments.document_span import DocumentSpan  # noqa: E402
from otel_xray.segments.framing import to_json  # noqa: E402
from otel_xray.segments.nesting import nest  # noqa: E402

START, END = 1_764_028_800.0, 1_764_028_800.25
request = Segment("orders")
request.put_http_meta("method", "POST")
request.put_http_meta("url", "https://example.com/order/71032")
request.put_http_meta("status", 200)
request.put_annotation("orderId", "71032")
call = Subsegment("DynamoDB", "aws", request)
call.set_aws(
    {
        "operation": "PutItem",
        "region": "eu-west-1",
        "request_id": "0123456789",
        "table_name": "orders",
    }
)
call.put_http_meta("status", 200)
call.put_metadata("order", {"items": [71032], "total": 12.5})
request.add_subsegment(call)
request.start_time = call.start_time = START
call.close(END)
request.close(END)

tracer = TracerProvider().get_tracer("bench")
assert isinstance(tracer, Tracer)
TRACE = ids.parse_trace_id(request.trace_id)
OUTER = SpanContext(TRACE, int(request.id, 16), is_remote=False, trace_flags=TraceFlags(1))
INNER = SpanContext(TRACE, int(call.id, 16), is_remote=False, trace_flags=TraceFlags(1))
outer = DocumentSpan("orders", OUTER, None, SpanKind.SERVER, START, tracer)
inner = DocumentSpan("DynamoDB", INNER, OUTER, SpanKind.CLIENT, START, tracer)


def operation() -> None:
    """Write it: entities to documents, as they close; documents to JSON, as they are sent."""
    inner.close(call.own_document(), END)
    outer.close(request.own_document(), END)
    documents = [inner.segment_document(), outer.segment_document()]
    for document in nest([one for one in documents if one is not None]):
        to_json(document)


def flush() -> None:
    """Nothing is sent."""
