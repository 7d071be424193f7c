"""ADOT: what its launcher does in the interpreter that it starts."""

import os
import sys
from importlib import import_module
from pathlib import Path

sys.path.append(str(Path(__file__).parent.parent / "adot"))
import_module("variables").wrap(fast=False)
import_module("opentelemetry.instrumentation.auto_instrumentation").initialize()
import_module("awslambdaric.__main__").main(["", os.environ["_HANDLER"]])
