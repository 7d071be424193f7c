"""What no two runs have in common is taken out, and nothing else."""

import pytest

from otel_xray.compat.verify import normal
from tests.compat.verify.forests import BEGUN, TRACE, forest, segment, subsegment


def test_ids_and_times_make_no_difference() -> None:
    """Nor do the SDK's version, and ids of requests."""
    one = segment("a", subsegment("b", id="b" * 16, aws={"request_id": "R1", "operation": "Put"}))
    other = segment(
        "a",
        subsegment(
            "b",
            aws={"request_id": "R2", "operation": "Put"},
            start_time=BEGUN + 3,
            end_time=BEGUN + 9,
        ),
        trace_id="1-5759e989-000000000000000000000001",
        aws={"xray": {"sdk": "X-Ray for Python", "sdk_version": "9"}},
    )

    assert forest(one) == forest(other)


@pytest.mark.parametrize(
    "members",
    [
        {"name": "b"},
        {"end_time": BEGUN - 1},
        {"end_time": BEGUN + 5000},
        {"trace_id": "1-00000001-000000000000000000000001"},
        {"parent_id": "c" * 16},
        {"type": "subsegment"},
        {"user": "u"},
        {"annotations": {"a": True}},
        {"annotations": {"a": 1.0}},
        {"cause": "d" * 16},
    ],
)
def test_everything_else_does(members: dict[str, object]) -> None:
    """Ids and times that were given, the kind, the type of a value, a cause that is unknown."""
    plain = segment("a", annotations={"a": 1})

    assert forest(plain)[0].canonical != forest({**plain, **members})[0].canonical


def test_what_has_not_ended_is_in_progress() -> None:
    """Whatever the document says of itself."""
    begun = segment("a")
    del begun["end_time"]

    assert forest(begun)[0].content["in_progress"]


def test_a_cause_by_id_is_the_exception_that_it_stands_for() -> None:
    """Ids of exceptions are new in each run, what they refer to is not."""
    exceptions = [{"id": "e" * 16, "type": "ValueError", "message": "x"}]
    tree = segment("a", subsegment("b", cause={"exceptions": exceptions}), cause="e" * 16)
    (root,) = forest(tree)

    assert {"refers to": "ValueError: x"} == root.content["cause"]
    assert [{"type": "ValueError", "message": "x"}] == root.children[0].content["cause"][
        "exceptions"
    ]


def test_ids_inside_of_texts_are_hidden() -> None:
    """Those of this run; other texts of that length are left alone."""
    (root,) = forest(segment("a", id="a" * 16, metadata={"m": [f"{TRACE} {'a' * 16} {'b' * 16}"]}))

    assert [f"<trace> <id> {'b' * 16}"] == root.content["metadata"]["m"]


def test_printed_words_have_no_ids_ports_or_addresses() -> None:
    """But zeros show: they are what the X-Ray SDK gives to all that is not sampled."""
    said = f"{TRACE} {'a' * 16} {'0' * 16} <X at 0x7f00aa11> http://127.0.0.1:4242/x"

    assert "<trace> <id> <zeros> <X at <address>> http://127.0.0.1:<port>/x" == normal.text(said)


def test_the_sinks_own_rule_is_no_content() -> None:
    """Whether it had come when a segment began is chance; rules of the program are not."""
    by_rule = {"xray": {"sampling_rule_name": "Default"}}
    gold = {"xray": {"sampling_rule_name": "gold"}}

    assert {"xray": {}} == forest(segment("a", aws=by_rule))[0].content["aws"]
    assert gold == forest(segment("a", aws=gold))[0].content["aws"]


def test_siblings_stand_in_the_order_in_which_they_began() -> None:
    """Then by name; but their order does not make two trees different."""
    first = subsegment("z", start_time=BEGUN)
    second, third = subsegment("a", start_time=BEGUN + 1), subsegment("b", start_time=BEGUN + 1)
    one, other = segment("s", third, second, first), segment("s", second, first, third)

    assert ["z", "a", "b"] == [child.name for child in forest(one)[0].children]
    assert forest(one)[0].canonical == forest(other)[0].canonical
