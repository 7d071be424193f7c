"""Make the library ready to trace."""
