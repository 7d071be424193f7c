"""ADOT, fast start: the wrapper names its module as the handler's."""

import os
import sys
from importlib import import_module
from pathlib import Path

sys.path.append(str(Path(__file__).parent.parent / "adot"))
import_module("variables").wrap(fast=True)
client = import_module("awslambdaric.bootstrap")
app = import_module("otel_wrapper")
os._exit(0)
