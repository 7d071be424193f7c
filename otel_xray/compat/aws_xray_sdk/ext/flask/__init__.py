"""Flask: each request a segment."""
