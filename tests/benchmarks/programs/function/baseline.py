"""What the runtime does without tracing: it loads its client, and then the function."""

import os
from importlib import import_module

import awslambdaric.bootstrap

client = awslambdaric.bootstrap
app = import_module("app")
os._exit(0)
