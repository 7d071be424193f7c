"""Segments, subsegments and what they are made of."""
