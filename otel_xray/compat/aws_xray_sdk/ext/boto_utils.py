"""What the patches of botocore and of what rests on it have in common."""

# ruff: noqa: ARG001  the recorder names all arguments of what describes a call

from __future__ import annotations

from collections.abc import MutableMapping
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from otel_xray.instrument import aws_parameters
from otel_xray.instrument.shield import Shield

from ..core import xray_recorder as xray_recorder
from ..core.exceptions.exceptions import SegmentNotFoundException as SegmentNotFoundException
from ..core.models import http
from .util import inject_trace_header as inject_trace_header
from .util import to_snake_case as to_snake_case

# Applications add services and operations of their own.
whitelist = aws_parameters.whitelist()


@dataclass(slots=True)
class Call:
    """
    An AWS call whose subsegment is open.

    Attributes:
        failure: what went wrong below botocore's client in the last attempt, and its stack.
    """

    failure: tuple[BaseException, Any] | None = None


# The one of this line of execution.
calling: ContextVar[Call | None] = ContextVar("otel_xray_aws_call", default=None)

_UNTRACED = ("GetCentralizedSamplingRules", "SamplingTargets")
_EXTENDED_REQUEST_ID = "x-amz-id-2"

_shield = Shield("recording an AWS call")


# --- the tracing header -------------------------------------------------------------------------


def inject_header(wrapped: Any, instance: Any, args: Any, kwargs: Any) -> Any:
    """
    Let a request name the subsegment of its call, and make it.

    Args:
        wrapped: prepares the request.
        instance: the endpoint.
        args: the request.
        kwargs: none, or the request.
    """
    with _shield:
        _inject(args[0] if args else kwargs["request"])
    return wrapped(*args, **kwargs)


def _inject(request: Any) -> None:
    if any(name in request.url for name in _UNTRACED):
        return  # the sampler's own
    try:
        subsegment = xray_recorder.current_subsegment()
    except SegmentNotFoundException:
        return
    if subsegment:
        _replace_header(request.headers, subsegment)


def _replace_header(headers: MutableMapping[str, Any], subsegment: Any) -> None:
    """
    Write the tracing header in the place of the one that botocore has taken from Lambda.

    Fields of that one that X-Ray code does not know of are passed on, above all ``Lineage``.
    """
    from otel_xray.instrument import tracing_header

    existing: object = headers.get(http.XRAY_HEADER, "")
    text = existing.decode("latin-1") if isinstance(existing, bytes) else str(existing)
    del headers[http.XRAY_HEADER]  # botocore's headers may hold several of one name
    inject_trace_header(headers, subsegment)
    own = headers[http.XRAY_HEADER]
    known = {field.partition("=")[0] for field in own.split(";")}
    others = [one for one in tracing_header.kept(text) if one.partition("=")[0] not in known]
    if others:
        del headers[http.XRAY_HEADER]
        headers[http.XRAY_HEADER] = ";".join([own, *others])


# --- the aws block ------------------------------------------------------------------------------


def aws_meta_processor(
    wrapped: Any,
    instance: Any,
    args: Any,
    kwargs: Any,
    return_value: Any,
    exception: Any,
    subsegment: Any,
    stack: Any,
) -> None:
    """
    Describe a call in its subsegment.

    Args:
        wrapped: the client's method that makes calls.
        instance: the client.
        args: the operation and its parameters.
        kwargs: the same, where they are given by name.
        return_value: the answer.
        exception: in its stead; a ``ClientError`` is the service's answer, too.
        subsegment: of the call.
        stack: of the exception.
    """
    block: dict[str, Any] = {}
    with _shield:
        operation = kwargs["operation_name"] if "operation_name" in kwargs else args[0]
        parameters = args[1] if len(args) > 1 else kwargs["api_params"]
        block.update(operation=operation, region=instance.meta.region_name)
        if return_value:
            _note_answer(return_value, subsegment, block)
        elif exception:
            _note_refusal(exception, stack, subsegment, block)
        note_parameters(subsegment.name, operation, block, parameters, return_value)
    with _shield:
        subsegment.set_aws(block)


def _note_answer(answer: Any, subsegment: Any, block: dict[str, Any]) -> None:
    said = answer.get("ResponseMetadata")
    if said:
        block["request_id"] = said.get("RequestId")
        subsegment.put_http_meta(http.STATUS, said.get("HTTPStatusCode"))
        extended = (said.get("HTTPHeaders") or {}).get(_EXTENDED_REQUEST_ID)
        if extended:
            block["id_2"] = extended


def _note_refusal(
    exception: BaseException, stack: Any, subsegment: Any, block: dict[str, Any]
) -> None:
    from botocore.exceptions import ClientError

    call = calling.get()
    if call is not None and call.failure is not None and call.failure[0] is exception:
        subsegment.add_error_flag()
        subsegment.add_exception(*call.failure, True)
    if not isinstance(exception, ClientError):
        return
    said: Any = exception.response.get("ResponseMetadata")
    if said:
        block["request_id"] = said.get("RequestId")
        subsegment.put_http_meta(http.STATUS, said.get("HTTPStatusCode"))
        subsegment.add_exception(exception, stack, True)


def note_parameters(
    service: str, operation: str, block: dict[str, Any], parameters: Any, answer: Any
) -> None:
    """
    Add to an aws block what the whitelist says of a call.

    Args:
        service: its endpoint prefix.
        operation: as AWS names it.
        block: is changed.
        parameters: of the call.
        answer: of the service; None if there is none.
    """
    block.update(aws_parameters.shown(whitelist, service, operation, parameters, answer))
