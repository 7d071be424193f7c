"""Bytes out: one seam with one method, and its implementations."""
