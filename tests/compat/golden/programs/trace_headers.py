"""Tracing headers: reading, writing, odd ones."""

from aws_xray_sdk.core.models.trace_header import TraceHeader
from aws_xray_sdk.core.models.traceid import TraceId

HEADERS = (
    "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1",
    "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=0;Lineage=a:1",
    "Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=?",
    "Self=1-5759e988-bd862e3fe1be46a994272793;Root=1-5759e988-bd862e3fe1be46a994272793;k=v;K=w",
    "  Root = 1-5759e988-bd862e3fe1be46a994272793 ; Sampled = 1 ",
    "root=1-5759e988-bd862e3fe1be46a994272793;sampled=1",
    "Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=yes",
    "Root=;Parent=;Sampled=",
    "Root=a=b;Parent=c",
    "nonsense",
    "Root=1-1;nonsense",
    ";;",
    "",
    None,
)
for header in HEADERS:
    found = TraceHeader.from_header_str(header)
    print(repr(header), "|", found.root, found.parent, found.sampled, found.data)
    print("   ", repr(found.to_header_str()))
for sampled in (1, 0, True, False, "1", "0", "?", None, "x", 2):
    found = TraceHeader(root="r", parent="p", sampled=sampled, data={"a": "b"})
    print(repr(sampled), repr(found.sampled), found.to_header_str())
made = TraceId().to_id()
print(len(made), made.count("-"), made[:2])
