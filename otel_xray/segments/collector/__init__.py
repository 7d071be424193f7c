"""Segment documents exactly as the collector's X-Ray exporter writes them (contrib v0.156.0)."""
