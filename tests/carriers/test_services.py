"""The table of services."""

from __future__ import annotations

from importlib import import_module
from inspect import signature
from pathlib import Path

import pytest

from otel_xray.carriers.services import SERVICES, Service

PAGE = Path(__file__).parents[2] / "docs/how-to/trace-messages.md"


def row(name: str, service: Service) -> str:
    """Return the line of a service in the documentation."""
    asked = f"`{service.asked}`" if service.asked else "calling `inject`"
    cells = (
        service.title,
        f"`{name}`",
        service.xray,
        service.w3c,
        "" if service.asked is None else asked,
    )
    return f"| {' | '.join(cells)} |".replace("  ", " ")


@pytest.mark.parametrize("name", SERVICES)
def test_a_row_says_what_its_module_has(name: str) -> None:
    """`read` always; `inject` where something is written by hand, with the argument that asks."""
    service = SERVICES[name]
    module = import_module(f"otel_xray.carriers.{name}")
    inject = getattr(module, "inject", None)

    assert callable(module.read)
    assert (service.asked is None) == (inject is None)
    if service.asked and inject is not None:
        assert service.asked.removesuffix("=True") in signature(inject).parameters


def test_the_documentation_has_each_row() -> None:
    """The table for users is that of the code."""
    lines = PAGE.read_text().splitlines()

    assert [] == [name for name, service in SERVICES.items() if row(name, service) not in lines]
