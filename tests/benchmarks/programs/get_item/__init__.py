"""Call DynamoDB in a request: what tracing the call adds."""
