"""Watch for libraries that are never imported, and do nothing else."""
