from __future__ import annotations

import pytest

from tests.compat.core.loading import core


@pytest.mark.parametrize(
    ("host", "name"),
    [("api.example.com", "api.example.com"), ("evil.test", "shop"), (None, "shop"), ("", "shop")],
)
def test_a_host_that_matches_names_the_segment(alias: None, host: str | None, name: str) -> None:
    """Any other host does not get a node on the trace map."""
    naming = core("models.default_dynamic_naming").DefaultDynamicNaming("*.example.com", "shop")

    assert name == naming.get_name(host)
