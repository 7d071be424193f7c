"""Start a function until it is ready for its first event."""
