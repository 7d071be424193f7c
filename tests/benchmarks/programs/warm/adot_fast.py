"""ADOT, fast start: the wrapper names its module as the handler's."""

import os
import sys
from importlib import import_module
from pathlib import Path

sys.path.append(str(Path(__file__).parent.parent / "adot"))
import_module("variables").wrap(fast=True)
import_module("awslambdaric.__main__").main(["", os.environ["_HANDLER"]])
