"""Who makes ids, by name."""

from __future__ import annotations

import time

import pytest
from opentelemetry.sdk.trace.id_generator import RandomIdGenerator

from otel_xray.errors import ConfigurationError
from otel_xray.spans import id_generator
from otel_xray.spans.id_generator import IdGenerator


@pytest.mark.parametrize("name", ["otel_xray", "xray"])
def test_ids_for_x_ray_are_made_here(name: str) -> None:
    """The official name means ours, too, whose trace ids have their time as well."""
    made = id_generator.by_name(name)

    assert isinstance(made, IdGenerator)
    assert abs((made.generate_trace_id() >> 96) - time.time()) < 60


def test_another_generator_is_found_by_its_entry_point() -> None:
    """As OpenTelemetry itself finds it."""
    assert type(id_generator.by_name("random")) is RandomIdGenerator


def test_an_unknown_generator_is_refused() -> None:
    """The error quotes the name and says which there are."""
    with pytest.raises(ConfigurationError, match=r"'dice'; choose one of .*otel_xray"):
        id_generator.by_name("dice")
