"""Serve an invocation of a Lambda function."""
