"""Forests are compared entity by entity and member by member."""

from otel_xray.compat.verify.comparison import ABSENT, Change, compare
from tests.compat.verify.forests import BEGUN, forest, segment, subsegment


def told(changes: list[Change]) -> list[tuple[str, str]]:
    """Return where each change is, and what it is."""
    return [
        (
            " > ".join(change.path),
            change.member
            or (f"moved to {' > '.join(change.moved_to)}" if change.moved_to else "")
            or ("extra" if change.original is None else "missing"),
        )
        for change in changes
    ]


def test_equal_forests_have_no_changes() -> None:
    """Whatever the order of siblings of one name."""
    children = [subsegment("b", annotations={"n": n}, start_time=BEGUN + n / 10) for n in range(3)]
    others = [subsegment("b", annotations={"n": n}, start_time=BEGUN - n / 10) for n in range(3)]

    assert [] == compare(forest(segment("a", *children)), forest(segment("a", *others)))


def test_members_are_named_by_their_path() -> None:
    """Down to the innermost one that differs; lists of other lengths are one member."""
    before = segment("a", http={"response": {"status": 200}}, cause={"exceptions": [{"type": "A"}]})
    after = segment("a", http={"response": {"status": 404}}, cause={"exceptions": [{"type": "B"}]})
    changes = compare(forest(before), forest({**after, "user": "u"}))

    assert {
        ("a", "http.response.status"),
        ("a", "cause.exceptions[0].type"),
        ("a", "user"),
    } == set(told(changes))
    assert {(200, 404), ("A", "B"), (ABSENT, "u")} == {(one.before, one.after) for one in changes}

    (change,) = compare(
        forest(segment("a", metadata={"m": [1]})), forest(segment("a", metadata={"m": [1, 2]}))
    )
    assert ("metadata.m", [1], [1, 2]) == (change.member, change.before, change.after)


def test_a_value_of_another_type_is_another_value() -> None:
    """Python calls 1, 1.0 and true equal; JSON does not."""
    for one, other in ((1, True), (1, 1.0), (0, False)):
        before, after = (forest(segment("a", annotations={"k": value})) for value in (one, other))
        assert [("a", "annotations.k")] == told(compare(before, after))


def test_entities_on_one_side_only_are_told_once() -> None:
    """What is in them goes without saying."""
    inside = subsegment("c")
    changes = compare(
        forest(segment("a", subsegment("b", inside), subsegment("d"))),
        forest(segment("a", subsegment("e", annotations={"x": 1})), segment("f")),
    )

    assert [
        ("a > b", "missing"),
        ("a > d", "missing"),
        ("a > e", "extra"),
        ("f", "extra"),
    ] == told(changes)


def test_what_is_in_another_place_has_moved() -> None:
    """Also when something inside of it has moved as well, or has changed."""
    nested = segment("a", subsegment("b", subsegment("c", subsegment("d"), user="u")))
    beside = segment("a", subsegment("b"), subsegment("c", user="u"), subsegment("d"))

    assert [("a > b > c", "moved to a > c"), ("a > b > c > d", "moved to a > d")] == told(
        compare(forest(nested), forest(beside))
    )


def test_a_name_that_was_cleaned_is_a_change_of_the_name() -> None:
    """And so is any other name on the same content."""
    assert [("a, b", "name"), ("a, b > x", "name")] == told(
        compare(
            forest(segment("a, b", subsegment("x", user="u"))),
            forest(segment("a b", subsegment("y", user="u"))),
        )
    )
