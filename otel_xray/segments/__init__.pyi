from otel_xray.segments.adapter import from_span as from_span
from otel_xray.segments.encode import EncodeOptions as EncodeOptions
from otel_xray.segments.encode import to_documents as to_documents
from otel_xray.segments.framing import datagrams as datagrams
from otel_xray.segments.framing import parse_datagram as parse_datagram
from otel_xray.segments.framing import parse_document as parse_document
from otel_xray.segments.nesting import flatten as flatten
from otel_xray.segments.validation import validate as validate
