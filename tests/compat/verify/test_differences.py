"""The table of differences that segments show, and the reference that people read."""

import re
from pathlib import Path
from typing import Any

import pytest

from otel_xray.compat.verify import differences
from otel_xray.compat.verify.comparison import compare
from tests.compat.verify.forests import forest, segment, subsegment

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs/reference/x-ray-sdk-differences.md").read_text()
ENTRIES: dict[str, str] = dict(
    re.findall(r"^## (X\d+\. [^\n]*)\n(.*?)(?=^## |\Z)", PAGE, re.MULTILINE | re.DOTALL)
)

Documents = list[dict[str, Any]]


def test_the_reference_and_the_table_are_in_step() -> None:
    """Numbers count up, and what the page calls seen in segments is in the table, by its title."""
    assert [f"X{number}" for number in range(1, len(ENTRIES) + 1)] == [
        heading.partition(".")[0] for heading in ENTRIES
    ]
    seen = {heading for heading, body in ENTRIES.items() if "- Seen in segments: yes" in body}
    assert seen == {f"{one.number}. {one.title}" for one in differences.DIFFERENCES}


@pytest.mark.parametrize("heading", ENTRIES)
def test_every_entry_says_what_both_do_and_names_a_test(heading: str) -> None:
    """The test exists."""
    body = ENTRIES[heading]
    tests = re.findall(r"^- Test: `([^`:]+)", body, re.MULTILINE)

    assert re.search(r"^- X-Ray SDK: .*\n- Here: ", body, re.MULTILINE)
    assert re.search(r"^- Seen in segments: (yes|no)", body, re.MULTILINE)
    assert tests
    assert all((ROOT / test).exists() for test in tests)


NESTED = segment("a", subsegment("b", subsegment("c")))
BESIDE = segment("a", subsegment("b"), subsegment("c"))
CALL = subsegment("dynamodb", namespace="aws")
TWO_CALLS = subsegment("dynamodb", CALL, namespace="aws")
ZEROS = subsegment("z", id="0" * 16, namespace="dummy")
TORN = {"exceptions": [{"stack": [{"label": "do_teardown_request"}]}]}
RAISED = {"exceptions": [{"stack": [{"label": "view"}]}]}


def alone(document: dict[str, Any]) -> dict[str, Any]:
    """Return a document without what a recorder puts on each segment."""
    return {member: value for member, value in document.items() if member != "aws"}


@pytest.mark.parametrize(
    ("number", "originals", "aliases"),
    [
        ("X1", [NESTED], [BESIDE]),
        (None, [BESIDE], [NESTED]),
        ("X2", [segment("a", ZEROS)], [segment("a")]),
        ("X2", [segment("a", ZEROS)], [segment("a", {**ZEROS, "id": "1" * 16})]),
        (None, [segment("a", subsegment("z"))], [segment("a")]),
        ("X3", [], [alone(segment("a"))]),
        ("X4", [segment("a", TWO_CALLS)], [segment("a", CALL)]),
        (None, [segment("a", CALL)], [segment("a")]),
        ("X5", [], [segment("a", subsegment("b", metadata={"default": {"m": {"(1, 2)": 3}}}))]),
        ("X6", [segment("a")], [segment("a", subsegment("s3", namespace="aws"))]),
        (None, [segment("a")], [segment("a", subsegment("b"))]),
        ("X7", [], [segment("a")]),
        ("X7", [], [{**alone(segment("a")), "type": "subsegment", "parent_id": "b" * 16}]),
        (None, [segment("a")], []),
        ("X9", [], [segment("a", metadata={"m": "x" * 70_000})]),
        (
            "X11",
            [segment("a", sql="dict_keys(['t'])")],
            [segment("a", sql=["t"])],
        ),
        (
            "X13",
            [segment("a", annotations={"n": float("nan")})],
            [segment("a", annotations={"n": "NaN"})],
        ),
        (None, [segment("a", annotations={"n": 1.5})], [segment("a", annotations={"n": "1.5"})]),
        ("X14", [segment("a, b")], [segment("a b")]),
        (None, [segment("a")], [segment("b")]),
        ("X15", [segment("a", subsegment("shop"))], [segment("a", subsegment("order.html"))]),
        ("X16", [segment("a", cause=TORN)], [segment("a", cause=RAISED)]),
        (None, [segment("a", cause=RAISED)], [segment("a", cause=TORN)]),
        ("X17", [segment("a", trace_id="odd", parent_id="b")], [segment("a")]),
        (None, [segment("a", trace_id="1-00000001-" + "0" * 24)], [segment("a")]),
        (None, [segment("a", user="u")], [segment("a")]),
    ],
)
def test_each_knows_its_own(number: str | None, originals: Documents, aliases: Documents) -> None:
    """And nothing that merely resembles it."""
    changes = compare(forest(*originals), forest(*aliases))

    assert changes
    assert {number} == {differences.number_of(change) for change in changes}
