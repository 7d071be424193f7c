"""Serve a request: a segment with a subsegment."""
