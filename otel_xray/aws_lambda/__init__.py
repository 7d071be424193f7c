"""
A function in AWS Lambda: its handler, its triggers and its lifecycle phases.

With the layer nothing of this is called by the function. Without it, in a container image for
example, `traced` does the same for one handler.
"""

from __future__ import annotations

from otel_xray.lazy import attach

__getattr__, __all__ = attach(__name__, {"traced": "otel_xray.aws_lambda.bootstrap"})
