"""ADOT: what its launcher does in the interpreter that it starts."""

import os
import sys
from importlib import import_module
from pathlib import Path

sys.path.append(str(Path(__file__).parent.parent / "adot"))
import_module("variables").wrap(fast=False)
import_module("opentelemetry.instrumentation.auto_instrumentation").initialize()
client = import_module("awslambdaric.bootstrap")
app = import_module("otel_wrapper")
os._exit(0)
