"""Serve a request with code of the X-Ray SDK."""
