"""What `otel-xray verify` is made of."""
