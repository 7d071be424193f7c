"""What the process is, and what is another process with the same beginning."""

from __future__ import annotations

import pytest
from opentelemetry.sdk.trace import TracerProvider

from otel_xray.spans.resource import detect, renew

LAMBDA = {"LAMBDA_TASK_ROOT": "/var/task", "AWS_LAMBDA_FUNCTION_NAME": "f"}
RENEWABLE = hasattr(TracerProvider, "_update_resource")


@pytest.mark.skipif(not RENEWABLE, reason="this SDK gives no instance id, and changes no resource")
def test_another_process_has_an_instance_id_of_its_own() -> None:
    """A renewed provider describes another instance, with what the environment says by then."""
    provider = TracerProvider(resource=detect(LAMBDA, "s"))
    before = provider.resource.attributes
    renew(provider, {**LAMBDA, "AWS_LAMBDA_LOG_STREAM_NAME": "stream"})
    after = provider.resource.attributes

    assert before["service.instance.id"] != after["service.instance.id"]
    assert ("s", "f", "stream") == (
        after["service.name"],
        after["faas.name"],
        after["faas.instance"],
    )


@pytest.mark.skipif(not RENEWABLE, reason="this SDK gives no instance id, and changes no resource")
def test_an_instance_id_that_was_chosen_stays() -> None:
    """What OTEL_RESOURCE_ATTRIBUTES states is not replaced."""
    stated = {**LAMBDA, "OTEL_RESOURCE_ATTRIBUTES": "service.instance.id=mine"}
    provider = TracerProvider(resource=detect(LAMBDA, "s"))
    renew(provider, stated)

    assert "mine" == provider.resource.attributes["service.instance.id"]


def test_an_sdk_that_changes_no_resource_is_left_alone() -> None:
    """Versions without it give no instance id either."""
    renew(object(), LAMBDA)  # type: ignore[arg-type]  # a provider without the method
