"""Spans out: what the SDK calls a span exporter, over a transport."""
