"""AWS calls through botocore, and so through boto3."""

from __future__ import annotations

import sys
from importlib import import_module
from typing import Any

from otel_xray.compat import wrapping
from otel_xray.instrument import s3transfer

from ...core import xray_recorder
from ...core.patcher import _when_imported  # pyright: ignore[reportPrivateUsage]  # of the alias
from ..boto_utils import Call, aws_meta_processor, calling, inject_header

_UNTRACED = ("GetSamplingRules", "GetSamplingTargets", "PutTraceSegments")


def patch() -> None:
    """Make a subsegment of each call of each client, in the threads of S3's transfers, too."""
    from botocore.client import BaseClient
    from botocore.endpoint import Endpoint

    wrapping.wrap(BaseClient, "_make_api_call", _xray_traced_botocore)
    wrapping.wrap(Endpoint, "prepare_request", inject_header)
    if s3transfer.TARGET in sys.modules:
        s3transfer.apply(import_module(s3transfer.TARGET))
    else:
        _when_imported(s3transfer.TARGET, s3transfer.apply, __name__)


def _xray_traced_botocore(wrapped: Any, instance: Any, args: Any, kwargs: Any) -> Any:
    service = instance._service_model.metadata["endpointPrefix"]  # noqa: SLF001  it has no public name
    if service == "xray" and any(operation in args for operation in _UNTRACED):
        return wrapped(*args, **kwargs)
    token = calling.set(Call())
    try:
        return xray_recorder.record_subsegment(
            wrapped,
            instance,
            args,
            kwargs,
            name=service,
            namespace="aws",
            meta_processor=aws_meta_processor,
        )
    finally:
        calling.reset(token)
