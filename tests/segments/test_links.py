from __future__ import annotations

from typing import Any

import pytest

from otel_xray.model.span import LinkData
from otel_xray.segments.links import from_link, to_link

TRACE = 0x5759E988BD862E3FE1BE46A994272793
LINK = {"trace_id": "1-5759e988-bd862e3fe1be46a994272793", "id": "00000000000000ff"}


@pytest.mark.parametrize("attributes", [{}, {"a": 1, "b": True, "c": "d", "e": 1.5, "f": ["g"]}])
def test_a_link_is_the_same_in_both_directions(attributes: dict[str, Any]) -> None:
    """Ids change their spelling, attributes stay."""
    link: Any = {**LINK, "attributes": attributes} if attributes else LINK

    assert from_link(link) == LinkData(TRACE, 0xFF, attributes)
    assert to_link(LinkData(TRACE, 0xFF, attributes)) == link


@pytest.mark.parametrize(
    "link",
    [5, {}, {"id": "1"}, {**LINK, "id": "x"}, {**LINK, "trace_id": "x"}, {**LINK, "trace_id": 5}],
)
def test_what_leads_nowhere_is_no_link(link: object) -> None:
    """Both ids are needed."""
    assert from_link(link) is None


@pytest.mark.parametrize("value", [None, {}, [], [1], ["a", 1], 1 << 63, float("nan"), "\ud800"])
def test_attributes_that_no_exporter_can_send_are_left_out(value: object) -> None:
    """The rest of the link is of use."""
    assert from_link({**LINK, "attributes": {"a": value, "b": 1}}) == LinkData(
        TRACE, 0xFF, {"b": 1}
    )
