"""Make code of the X-Ray SDK ready to trace."""
