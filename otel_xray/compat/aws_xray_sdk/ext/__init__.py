"""Patches of libraries, and middlewares of web frameworks."""
