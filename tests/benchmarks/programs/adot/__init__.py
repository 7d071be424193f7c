"""AWS's layer for Python: what its scripts do, which its package does not contain."""
