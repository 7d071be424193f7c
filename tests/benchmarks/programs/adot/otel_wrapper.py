"""
The module that the layer names as the handler's: it instruments the function and loads it.

Written after the layer's own ``otel_wrapper``, of which no package exists: the context comes from
the headers of the event, and Lambda's tracing header goes before theirs.
"""

import os
from importlib import import_module
from typing import Any

from opentelemetry.context import Context
from opentelemetry.propagate import get_global_textmap

HEADER = "X-Amzn-Trace-Id"

if os.environ["OTEL_AWS_LAMBDA_FAST_START"] == "true":
    import_module("amazon.opentelemetry.distro.opentelemetry_lite_sdk").configure_lite_mode()


def context_of(event: Any) -> Context:
    """Return the caller's context."""
    headers = event.get("headers") if isinstance(event, dict) else None
    carrier = dict(headers) if isinstance(headers, dict) else {}
    return get_global_textmap().extract({**carrier, HEADER: os.environ.get("_X_AMZN_TRACE_ID", "")})


instrumentor = import_module("opentelemetry.instrumentation.aws_lambda").AwsLambdaInstrumentor()
instrumentor.instrument(event_context_extractor=context_of)
module, _, name = os.environ["ORIG_HANDLER"].rpartition(".")
lambda_handler = getattr(import_module(module), name)
