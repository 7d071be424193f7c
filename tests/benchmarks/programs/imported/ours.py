"""otel-xray: the recorder and a tracer that patches no library."""

import os

from otel_xray import Tracer, xray_recorder

tracer = Tracer(auto_patch=False)
recorder = xray_recorder
os._exit(0)
