"""A package that is patched as a whole."""
