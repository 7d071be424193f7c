"""Watch for libraries that are never imported."""
