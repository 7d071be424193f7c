"""This project beside its peers: ``python -m tests.benchmarks`` prints one table."""
