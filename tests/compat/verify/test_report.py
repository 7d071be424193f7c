"""What differs is printed as a tree."""

from typing import Any

from otel_xray.compat.verify import report
from otel_xray.compat.verify.comparison import compare
from tests.compat.verify.forests import forest, segment, subsegment


def printed(originals: list[dict[str, Any]], aliases: list[dict[str, Any]]) -> str:
    """Return the report on two runs."""
    before, after = forest(*originals), forest(*aliases)
    changes = compare(before, after)
    return "\n".join((*report.lines(before, after, changes), *report.summary(before, changes)))


def test_equal_runs_are_one_line() -> None:
    """Trees that are equal are counted, not printed."""
    tree = segment("a", subsegment("b"), subsegment("c"))

    assert "2 segments, 2 subsegments: equal." == printed(
        [tree, segment("d")], [segment("d"), tree]
    )


def test_only_trees_that_differ_are_printed() -> None:
    """With the values of both, the names of what is on one side only, and all numbers."""
    before = segment("a", subsegment("b", user="u" * 200), subsegment("c"), id="1" * 16)
    after = segment("a", subsegment("b", user="v"), subsegment("e", sql={"x": 1}), id="1" * 16)

    assert printed([before, segment("same")], [after, segment("same"), segment("new")]) == (
        "  a\n"
        "    b\n"
        f'~     user: "{"u" * 99}... -> "v"\n'
        "-   c\n"
        "+   e\n"
        "+ new  [X7]\n"
        "2 segments, 2 subsegments: 3 unlisted differences.\n"
        "X7, 1 time: Nothing waits for what is never closed."
    )


def test_what_has_moved_says_from_where_and_to_where() -> None:
    """And what is different in it comes at the end."""
    nested = segment("a", subsegment("b", subsegment("c", subsegment("d", user="u"))))
    beside = segment("a", subsegment("b"), subsegment("c", subsegment("d", user="v")))

    assert printed([nested], [beside]) == (
        "  a\n"
        "    b\n"
        "-     c  (is in a)  [X1]\n"
        "+   c  (was in a > b)  [X1]\n"
        '~ a > b > c > d: user: "u" -> "v"\n'
        "1 segment, 3 subsegments: 1 unlisted difference.\n"
        "X1, 1 time: Tasks at the same time are siblings."
    )


def test_a_name_cannot_command_the_terminal() -> None:
    """Control characters are printed as Python writes them."""
    said = printed([segment("\x1b[2J")], [segment("[2J")])

    assert "\\x1b[2J" in said
    assert "\x1b" not in said
