"""Exceptions of the X-Ray SDK."""
