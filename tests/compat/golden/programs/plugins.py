"""Plugins: one that works everywhere, some that find nothing here, names that are none."""

import logging
import socket

logging.basicConfig(handlers=[logging.NullHandler()])

from aws_xray_sdk.core import xray_recorder

socket.gethostname = lambda: "container-1"
xray_recorder.configure(sampling=False, plugins=("ECSPlugin",))
with xray_recorder.in_segment("ecs") as segment:
    print(segment.origin, segment.aws["ecs"])
xray_recorder.configure(plugins=("elasticbeanstalkplugin",))
with xray_recorder.in_segment("elastic beanstalk fails") as segment:
    print(segment.origin, sorted(segment.aws))
xray_recorder.configure(plugins=())
with xray_recorder.in_segment("cleared") as segment:
    print(getattr(segment, "origin", None), sorted(segment.aws))
for names in (("Unknown",), "EC2Plugin", ("ecs_plugin", "nope"), (1,)):
    try:
        xray_recorder.configure(plugins=names)
    except Exception as error:
        print(names, type(error).__name__)
with xray_recorder.in_segment("after"):
    pass
