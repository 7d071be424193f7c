"""Serve invocations."""
