"""Call an HTTP service in a request: what tracing the call adds."""
