"""Recording is switched off and on while the program runs; what is no switch."""

import logging

from aws_xray_sdk import global_sdk_config
from aws_xray_sdk.core import xray_recorder

logging.basicConfig(handlers=[logging.NullHandler()])
xray_recorder.configure(sampling=False)
with xray_recorder.in_segment("one"):
    pass
global_sdk_config.set_sdk_enabled(False)
with xray_recorder.in_segment("two"), xray_recorder.in_subsegment("inside"):
    print(global_sdk_config.sdk_enabled())
global_sdk_config.set_sdk_enabled(True)
with xray_recorder.in_segment("three"), xray_recorder.in_subsegment("inside"):
    print(global_sdk_config.sdk_enabled())
for odd in (None, "False", 0, 1):
    global_sdk_config.set_sdk_enabled(odd)
    print(repr(odd), global_sdk_config.sdk_enabled())
