"""AWS calls through aiobotocore, and so through aioboto3: as those of botocore, but awaited."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from types import ModuleType
from typing import Any

from otel_xray.instrument import aws_call, libraries, rivals, unfinished
from otel_xray.instrument.aws_call import METHOD
from otel_xray.instrument.interception import Interception


def apply(module: ModuleType) -> None:
    """Trace the calls of every client whose class *module* (``aiobotocore.client``) defines."""
    _calls.apply(module.AioBaseClient)


def remove() -> None:
    """Trace no client any more, except those given to `capture`."""
    _calls.remove()
    unfinished.remove()


def capture(client: Any) -> None:
    """Trace the calls of one client; see `otel_xray.instrument.botocore.capture`."""
    client.__dict__.setdefault(METHOD, partial(_captured, client))


async def _captured(client: Any, operation_name: str, api_params: Any) -> Any:
    method = partial(aws_call.of_class, type(client))
    if libraries.is_ceded("aiobotocore"):  # then the class has been, to somebody else
        return await method(client, operation_name, api_params)
    return await _traced(method, client, operation_name, api_params)


async def _traced(
    original: Callable[..., Any], client: Any, operation_name: str, api_params: Any
) -> Any:
    call = None
    if not rivals.trace("aiobotocore"):
        call = aws_call.prepared(client, operation_name, api_params)
    if call is None:
        return await original(client, operation_name, api_params)
    with call:
        answer = await original(client, operation_name, api_params)
        call.succeed(answer)
        return answer


_calls = Interception(METHOD, _traced)
