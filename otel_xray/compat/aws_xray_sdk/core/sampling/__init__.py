"""Sampling by rules: X-Ray's own, and local ones."""
