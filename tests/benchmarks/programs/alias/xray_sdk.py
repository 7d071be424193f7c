"""X-Ray SDK: every library that is there is patched."""

import os

from aws_xray_sdk.core import patch_all, xray_recorder

patch_all()
recorder = xray_recorder
os._exit(0)
