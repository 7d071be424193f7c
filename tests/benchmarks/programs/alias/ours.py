"""otel-xray: the same under the alias."""

import os

from otel_xray import compat

compat.install()

from aws_xray_sdk.core import patch_all, xray_recorder  # noqa: E402

patch_all()
recorder = xray_recorder
os._exit(0)
