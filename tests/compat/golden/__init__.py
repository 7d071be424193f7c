"""Programs that run under the X-Ray SDK and under the alias."""
