"""From an X-Ray call to what OpenTelemetry records: kinds, attributes and events; pure."""
