"""Patch libraries that the function has loaded."""
