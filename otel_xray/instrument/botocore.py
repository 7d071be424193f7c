"""
AWS calls through botocore, and so through boto3.

`BaseClient._make_api_call` makes every call of every client; what is recorded of it is the
business of `aws_call`.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import partial
from types import ModuleType
from typing import Any, TypeVar

from otel_xray.errors import ConfigurationError
from otel_xray.instrument import aws_call, libraries, rivals, unfinished
from otel_xray.instrument.aws_call import METHOD
from otel_xray.instrument.interception import Interception

Client = TypeVar("Client")


def apply(module: ModuleType) -> None:
    """Trace the calls of every client whose class *module* (``botocore.client``) defines."""
    _calls.apply(module.BaseClient)


def remove() -> None:
    """Trace no client any more, except those given to `capture`."""
    _calls.remove()
    unfinished.remove()


def capture(client: Client) -> Client:
    """
    Trace the calls of one client, whether or not its library as a whole is instrumented.

    Harmless when it is repeated or combined with `otel_xray.instrument.install`: a call is one
    span.

    Args:
        client: of boto3, botocore, aioboto3 or aiobotocore.

    Returns:
        the same client.

    Raises:
        ConfigurationError: *client* is no such client.
    """
    from botocore.client import BaseClient

    if not isinstance(client, BaseClient):
        msg = (
            f"{client!r} is no botocore client; pass what boto3.client(…) returns, or the "
            "meta.client of a boto3 resource."
        )
        raise ConfigurationError(msg)
    if inspect.iscoroutinefunction(getattr(type(client), METHOD)):
        from otel_xray.instrument import aiobotocore  # noqa: PLC0415  only for its clients

        aiobotocore.capture(client)
    else:
        vars(client).setdefault(METHOD, partial(_captured, client))
    return client


def _captured(client: Any, operation_name: str, api_params: Any) -> Any:
    method = partial(aws_call.of_class, type(client))
    if libraries.is_ceded("botocore"):  # then the class has been, to somebody else
        return method(client, operation_name, api_params)
    return _traced(method, client, operation_name, api_params)


def _traced(original: Callable[..., Any], client: Any, operation_name: str, api_params: Any) -> Any:
    call = None
    if not rivals.trace("botocore"):
        call = aws_call.prepared(client, operation_name, api_params)
    if call is None:
        return original(client, operation_name, api_params)
    with call:
        answer = original(client, operation_name, api_params)
        call.succeed(answer)
        return answer


_calls = Interception(METHOD, _traced)
