"""Bottle: each request a segment."""
