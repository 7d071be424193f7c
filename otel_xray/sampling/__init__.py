"""Sampling as X-Ray has it: local and central rules, with a reservoir and a fixed rate."""
