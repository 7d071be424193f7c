"""Plugins that say where the process runs."""
