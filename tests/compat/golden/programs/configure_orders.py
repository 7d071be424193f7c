"""configure() in several orders: what is kept, what is set back, which variables win."""

import logging
import os

logging.basicConfig(handlers=[logging.NullHandler()])
os.environ["AWS_XRAY_TRACING_NAME"] = "named by the variable"

from aws_xray_sdk.core import AWSXRayRecorder, xray_recorder
from aws_xray_sdk.core.context import Context


def show(what: str) -> None:
    """Print the recorder's settings."""
    recorder = xray_recorder
    print(what, recorder.sampling, recorder.service, recorder.context.context_missing)
    print("   ", recorder.streaming_threshold, recorder.max_trace_back, recorder.stream_sql)


show("new")
xray_recorder.configure(context_missing="RUNTIME_ERROR", sampling=False)
show("strategy")
xray_recorder.configure(context=Context())
show("new context")
xray_recorder.configure(context=Context(), context_missing="IGNORE_ERROR")
show("both")
xray_recorder.configure(context_missing="nonsense", service="argument")
show("nonsense")
xray_recorder.configure(stream_sql=False)
show("no sql")
xray_recorder.configure(streaming_threshold=0, max_trace_back=0)
show("zeros")
xray_recorder.configure(streaming_threshold=5, stream_sql=None)
show("kept")
xray_recorder.configure()
show("nothing")
xray_recorder.configure(service="", context=None, emitter=None)
show("false values")
xray_recorder.service = "assigned"
del os.environ["AWS_XRAY_TRACING_NAME"]
with xray_recorder.in_segment():
    show("assigned")
for address in ("nonsense", "127.0.0.1", "127.0.0.1:x", "tcp:127.0.0.1:1", "[::1]:2000", 5):
    os.environ.pop("AWS_XRAY_DAEMON_ADDRESS", None)
    try:
        AWSXRayRecorder().configure(daemon_address=address)
    except Exception as error:
        print(address, type(error).__name__)
    else:
        print(address, "accepted")
try:
    xray_recorder.configure(nonsense=1)
except TypeError as error:
    print("TypeError", "nonsense" in str(error))
try:
    print(AWSXRayRecorder().enabled)
except AttributeError:
    print("AttributeError")
