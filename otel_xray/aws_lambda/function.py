"""
The module that stands in for the function's own handler.

Whoever starts the runtime names ``otel_xray.aws_lambda.function.handler`` instead of it, and the
function's own in ``OTEL_XRAY_HANDLER``: the layer's ``otel-xray-instrument`` does both. Everything
is prepared when the runtime imports this module, before any of the function's code runs.
"""

from __future__ import annotations

import gc

# Nothing that is loaded here ever becomes garbage, but Python would look for some in all that the
# function has loaded, again and again: up to a quarter of the time.
_collects = gc.isenabled()
gc.disable()
try:
    from otel_xray.aws_lambda import start

    start.prepare()
finally:
    if _collects:
        gc.enable()

handler = start.function()
