"""The X-Ray SDK's package, recording OpenTelemetry spans; see `otel_xray.compat`."""

from __future__ import annotations

if __name__ != "aws_xray_sdk":
    msg = f"Import aws_xray_sdk after otel_xray.compat.install(), not {__name__}."
    raise ImportError(msg)

from .sdk_config import SDKConfig

global_sdk_config = SDKConfig()
