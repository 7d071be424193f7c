"""Decide by 25 sampling rules whether a request is recorded."""
