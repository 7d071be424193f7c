"""The AWS Lambda layer: what is in it, where its wheels come from, and how it is written."""
