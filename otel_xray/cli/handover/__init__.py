"""A preset in OpenTelemetry's own variables, for those who go on without this package."""
