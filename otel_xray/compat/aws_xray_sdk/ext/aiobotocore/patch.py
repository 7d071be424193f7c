"""AWS calls through aiobotocore, and so through aioboto3."""

from __future__ import annotations

from typing import Any

from otel_xray.compat import wrapping

from ...core import xray_recorder
from ..boto_utils import aws_meta_processor, inject_header


def patch() -> None:
    """Make a subsegment of each call of each client."""
    from aiobotocore.client import AioBaseClient
    from aiobotocore.endpoint import AioEndpoint

    wrapping.wrap(AioBaseClient, "_make_api_call", _xray_traced_aiobotocore)
    wrapping.wrap(AioEndpoint, "prepare_request", inject_header)


async def _xray_traced_aiobotocore(wrapped: Any, instance: Any, args: Any, kwargs: Any) -> Any:
    return await xray_recorder.record_subsegment_async(
        wrapped,
        instance,
        args,
        kwargs,
        name=instance._service_model.metadata["endpointPrefix"],  # noqa: SLF001  it has no public name
        namespace="aws",
        meta_processor=aws_meta_processor,
    )
