"""The platform's own figures: init, latency, overhead, restore, what was billed (Telemetry API)."""
