"""
The differences of ``docs/reference/x-ray-sdk-differences.md`` that are visible in segments.

Each knows its own by one change; a change that none of them explains is a fault, of the alias or
of this table.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from otel_xray.compat.verify.comparison import ABSENT, Change
from otel_xray.compat.verify.normal import ZEROS, Entity
from otel_xray.model import limits
from otel_xray.segments.values import list_of, object_of

_ZEROS = {ZEROS: "<id>", "<trace of zeros>": "<trace>"}
# What every segment has that a recorder has begun, and what every other subsegment has.
_BY_A_RECORDER = {"aws", "service", "parent"}
_ID_FORMS = {"trace_id": r"1-[0-9a-f]{8}-[0-9a-f]{24}", "parent": "[0-9a-f]{16}"}
_TEARDOWN = "do_teardown_request"  # of Flask
_FILE = re.compile(r"\.\w+$")
_TUPLE = re.compile(r"\(.*\)")


@dataclass(frozen=True, slots=True)
class Difference:
    """
    A numbered difference.

    Attributes:
        number: as in the reference, such as ``X1``.
        title: as in the reference.
        explains: says whether a change is one of its kind.
    """

    number: str
    title: str
    explains: Callable[[Change], bool]


def number_of(change: Change) -> str | None:
    """Return the number of the difference that explains *change*; None if none does."""
    return next((one.number for one in DIFFERENCES if one.explains(change)), None)


def title_of(number: str) -> str:
    """Return the title of a difference."""
    return next(one.title for one in DIFFERENCES if one.number == number)


# --- how each is known --------------------------------------------------------------------------


def _is_out_of_a_sibling(change: Change) -> bool:
    """Nested in the original, beside each other or less deep in the alias."""
    before, after = change.path[:-1], change.moved_to[:-1]
    return bool(change.moved_to) and len(after) < len(before) and before[: len(after)] == after


def _has_zeros(change: Change) -> bool:
    original = change.original
    if original is not None and original.content.get("id") == ZEROS and not change.moved_to:
        return change.alias is None or change.member == "id"
    if not isinstance(change.before, str):
        return False
    words = change.before
    for zeros, real in _ZEROS.items():
        words = words.replace(zeros, real)
    return words != change.before and words == change.after


def _has_only_a_root(change: Change) -> bool:
    entity = _only_the_alias_has(change)
    return entity is not None and not _BY_A_RECORDER & set(entity.content)


def _is_no_json(change: Change) -> bool:
    before = change.before
    return isinstance(before, float) and not math.isfinite(before) and isinstance(change.after, str)


def _is_a_cleaned_name(change: Change) -> bool:
    return change.member == "name" and change.after == limits.name(change.before)


def _is_a_template(change: Change) -> bool:
    return change.member == "name" and (
        change.after == "template_render" or bool(_FILE.search(change.after))
    )


def _is_where_it_was_raised(change: Change) -> bool:
    frames = list_of(change.before)
    return change.member.endswith(".stack") and bool(frames) and frames[-1]["label"] == _TEARDOWN


def _is_no_id(change: Change) -> bool:
    form = _ID_FORMS.get(change.member)
    return form is not None and change.after == ABSENT and not re.fullmatch(form, change.before)


def _is_pynamodbs_own(change: Change) -> bool:
    entity = change.original
    return (
        change.alias is None
        and entity is not None
        and entity.content.get("namespace") == "aws"
        and change.path[-2:] == ("dynamodb", "dynamodb")
    )


def _has_odd_keys(change: Change) -> bool:
    entity = _only_the_alias_has(change)
    if entity is None:
        return False
    blocks = (one.content.get("metadata", {}) for one in _walk(entity))
    return any(_TUPLE.fullmatch(key) for block in blocks for key in _keys(block))


def _is_a_transfer(change: Change) -> bool:
    entity = change.alias
    return (
        change.original is None
        and entity is not None
        and (entity.name, entity.content.get("namespace")) == ("s3", "aws")
    )


def _is_too_large(change: Change) -> bool:
    entity = _only_the_alias_has(change)
    return entity is not None and len(entity.canonical.encode()) > limits.DOCUMENT_BYTES


def _was_waited_for(change: Change) -> bool:
    entity = _only_the_alias_has(change)
    return entity is not None and (entity.kind == "segment" or "parent" in entity.content)


def _are_keys_of_a_dict(change: Change) -> bool:
    names = list_of(change.after)
    return bool(names) and change.before == f"dict_keys({names!r})"


DIFFERENCES: tuple[Difference, ...] = (
    Difference("X1", "Tasks at the same time are siblings", _is_out_of_a_sibling),
    Difference("X2", "What is not sampled has ids", _has_zeros),
    Difference("X3", "A trace that is passed through is kept", _has_only_a_root),
    Difference("X4", "A call of DynamoDB is one subsegment", _is_pynamodbs_own),
    Difference("X5", "A key that is no text costs no segment", _has_odd_keys),
    Difference("X6", "Files that boto3 transfers are traced", _is_a_transfer),
    Difference("X9", "A document that is too large is sent in parts", _is_too_large),
    Difference("X11", "Names of tables are a list", _are_keys_of_a_dict),
    Difference("X13", "Numbers that JSON does not have are texts", _is_no_json),
    Difference("X14", "Names are what X-Ray takes", _is_a_cleaned_name),
    Difference("X15", "Flask's templates are named", _is_a_template),
    Difference("X16", "Flask's exceptions have their own stack", _is_where_it_was_raised),
    Difference("X17", "Ids that X-Ray does not take are not sent", _is_no_id),
    # The last one: many faults of the alias would look like it.
    Difference("X7", "Nothing waits for what is never closed", _was_waited_for),
)


def _only_the_alias_has(change: Change) -> Entity | None:
    """Return the tree that the X-Ray SDK has not sent at all; None when it is no such change."""
    return change.alias if change.original is None and len(change.path) == 1 else None


def _walk(entity: Entity) -> Iterator[Entity]:
    yield entity
    for child in entity.children:
        yield from _walk(child)


def _keys(value: Any) -> Iterable[str]:
    for key, item in object_of(value).items():
        yield key
        yield from _keys(item)
    for item in list_of(value):
        yield from _keys(item)
