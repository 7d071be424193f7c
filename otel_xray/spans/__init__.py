"""Plug-ins for the OpenTelemetry SDK: one of its interfaces a module."""
