"""What the process is: the resource of its spans."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping

from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider

from otel_xray.model import keys
from otel_xray.setting_values import parse_pairs

_MEBIBYTE = 1 << 20


def detect(environ: Mapping[str, str], service_name: str) -> Resource:
    """
    Return the resource.

    Args:
        environ: the process's environment; in Lambda it says everything (semantic conventions,
            "FaaS" and "Cloud"). A variable that is missing leaves one attribute out, where the
            official detector then finds nothing at all (SnapStart has no log stream name).
        service_name: decided by the settings.
    """
    return Resource.create({**_from_lambda(environ), keys.SERVICE_NAME: service_name})


def renew(provider: TracerProvider, environ: Mapping[str, str]) -> None:
    """
    Let *provider* describe another copy of the process it was made in.

    Args:
        provider: what records its spans.
        environ: the environment now. An instance id that it states stays.
    """
    # What the SDK itself does in a forked process; versions without it give no instance id.
    update: Callable[[Resource], None] | None = getattr(provider, "_update_resource", None)
    if update is not None:
        stated = parse_pairs(environ.get("OTEL_RESOURCE_ATTRIBUTES", ""))
        update(
            Resource({keys.SERVICE_INSTANCE: str(uuid.uuid4()), **_from_lambda(environ), **stated})
        )


def _from_lambda(environ: Mapping[str, str]) -> dict[str, str | int]:
    if "LAMBDA_TASK_ROOT" not in environ:
        return {}
    found = {
        key: convert(environ[variable])
        for key, variable, convert in _LAMBDA
        if environ.get(variable)
    }
    return {keys.CLOUD_PROVIDER: "aws", keys.CLOUD_PLATFORM: "aws_lambda", **found}


def _mebibytes(text: str) -> int:
    return int(text) * _MEBIBYTE if text.isascii() and text.isdigit() else 0


_LAMBDA: tuple[tuple[str, str, Callable[[str], str | int]], ...] = (
    (keys.CLOUD_REGION, "AWS_REGION", str),
    (keys.FAAS_NAME, "AWS_LAMBDA_FUNCTION_NAME", str),
    (keys.FAAS_VERSION, "AWS_LAMBDA_FUNCTION_VERSION", str),
    (keys.FAAS_INSTANCE, "AWS_LAMBDA_LOG_STREAM_NAME", str),
    (keys.FAAS_MAX_MEMORY, "AWS_LAMBDA_FUNCTION_MEMORY_SIZE", _mebibytes),
)
