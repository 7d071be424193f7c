"""Documents are put together as X-Ray puts them together."""

from typing import Any

import pytest

from otel_xray.compat.verify import trees
from otel_xray.compat.verify.trees import Node
from otel_xray.errors import InvalidDocument

TRACE = "1-5759e988-bd862e3fe1be46a994272793"


def document(name: str, parent: str | None = None, **members: Any) -> dict[str, Any]:
    """Return a document whose id is its name."""
    around = {"parent_id": parent, "type": "subsegment"} if parent else {}
    return {"name": name, "id": name, "trace_id": TRACE, "end_time": 2.0, **around, **members}


def shape(nodes: list[Node]) -> dict[str, Any]:
    """Return the names of *nodes* and of what is in them."""
    return {node.document["name"]: shape(node.children) for node in nodes}


def test_nested_and_sent_apart_is_the_same() -> None:
    """Whatever the order in which parents and children arrive."""
    inner = {"name": "c", "id": "c", "end_time": 2.0}
    nested = document("a", subsegments=[{"name": "b", "id": "b", "subsegments": [inner]}])
    apart = [document("c", "b"), document("a"), document("b", "a")]

    assert {"a": {"b": {"c": {}}}} == shape(trees.assemble([nested]))
    assert {"a": {"b": {"c": {}}}} == shape(trees.assemble(apart))


def test_what_has_an_unknown_parent_is_a_root() -> None:
    """And so is the same id in another trace."""
    other = document("b", "a", trace_id="1-00000001-000000000000000000000001")

    assert {"a": {}, "b": {}, "c": {}} == shape(
        trees.assemble([document("a"), other, document("c", "nobody")])
    )


def test_the_first_complete_version_counts() -> None:
    """Of what is sent while it is in progress, and again when it has ended."""
    begun = {"name": "begun", "id": "a", "trace_id": TRACE}
    ended, again = document("ended", id="a"), document("again", id="a")

    assert {"ended": {}} == shape(trees.assemble([begun, ended, again]))
    assert {"ended": {}} == shape(trees.assemble([ended, begun]))


def test_ids_of_zeros_are_no_identity() -> None:
    """Each entity that is not sampled is one of its own, in its own place."""
    zero = {"id": trees.ZERO_ID}
    inside = [{"name": "b", **zero, "subsegments": [{"name": "c", **zero}]}, {"name": "d", **zero}]

    found = trees.assemble([document("a", subsegments=inside)])

    assert {"a": {"b": {"c": {}}, "d": {}}} == shape(found)


def test_datagrams_are_read_as_generously_as_they_are_sent() -> None:
    """NaN is no JSON, but the X-Ray SDK sends it."""
    (read,) = trees.parse(
        [b'{"format":"json","version":1}\n{"name": "a", "annotations": {"n": NaN}}']
    )

    assert read["annotations"]["n"] != read["annotations"]["n"]


@pytest.mark.parametrize("body", [b"", b"{", b"[1]", b"\xff"])
def test_what_is_no_document_is_named(body: bytes) -> None:
    """A datagram that holds none cannot be compared with anything."""
    with pytest.raises(InvalidDocument, match="A datagram holds"):
        trees.parse([b'{"format":"json","version":1}\n' + body])
