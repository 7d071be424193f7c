"""
The ways to make attributes out of the members of a request or of an answer.

An extract looks for one member and adds what it finds to the attributes. It must cope with
anything: that parameters are valid is the service's business.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple, TypeAlias, cast

from opentelemetry.util.types import AttributeValue

Members: TypeAlias = Mapping[str, Any]
Found: TypeAlias = dict[str, AttributeValue]
Extract: TypeAlias = Callable[[Members, Found], None]


_NONE: Mapping[str, Any] = MappingProxyType({})


class Service(NamedTuple):
    """
    What the calls of a service say about themselves.

    Attributes:
        always: attributes of each call.
        of: attributes of each call of an operation, by its name.
        asked: what the parameters say.
        answered: what the answer says.
    """

    always: Mapping[str, AttributeValue] = _NONE
    of: Mapping[str, Mapping[str, AttributeValue]] = _NONE
    asked: tuple[Extract, ...] = ()
    answered: tuple[Extract, ...] = ()


def after(separator: str) -> Callable[[str], str]:
    """Return what makes of a text the part after the last *separator*; all of it without one."""
    return lambda text: text.rpartition(separator)[2]


def text(member: str, *attributes: str, to: Callable[[str], str] | None = None) -> Extract:
    """Copy a text that is not empty to *attributes*, as it is or converted by *to*."""

    def extract(members: Members, found: Found) -> None:
        value = members.get(member)
        if value and isinstance(value, str):
            said = to(value) if to is not None else value
            for attribute in attributes:
                found[attribute] = said

    return extract


def arn(member: str, attribute: str) -> Extract:
    """Copy a text that is an ARN."""

    def extract(members: Members, found: Found) -> None:
        value = members.get(member)
        if isinstance(value, str) and value.startswith("arn:"):
            found[attribute] = value

    return extract


def number(member: str, attribute: str) -> Extract:
    """Copy a number."""

    def extract(members: Members, found: Found) -> None:
        value = members.get(member)
        if isinstance(value, (int, float)):
            found[attribute] = value

    return extract


def texts(member: str, attribute: str) -> Extract:
    """Copy a list of texts that is not empty; one text counts as a list."""

    def extract(members: Members, found: Found) -> None:
        value = members.get(member)
        given = [value] if isinstance(value, str) else as_list(value) or ()
        kept = [item for item in given if isinstance(item, str)]
        if kept:
            found[attribute] = kept

    return extract


def count(member: str, attribute: str) -> Extract:
    """Say how many there are in a list."""

    def extract(members: Members, found: Found) -> None:
        value = as_list(members.get(member))
        if value is not None:
            found[attribute] = len(value)

    return extract


def distinct(member: str, item: str, attribute: str) -> Extract:
    """List the different texts that the objects of a list have as *item*, in their order."""

    def extract(members: Members, found: Found) -> None:
        values = [one.get(item) for one in objects(members, member)]
        kept = dict.fromkeys(value for value in values if isinstance(value, str))
        if kept:
            found[attribute] = list(kept)

    return extract


def sole(member: str, *extracts: Extract) -> Extract:
    """Extract from the only object of a list; of several none says it all."""

    def extract(members: Members, found: Found) -> None:
        given = objects(members, member)
        if len(given) == 1:
            for one in extracts:
                one(given[0], found)

    return extract


def within(member: str, *extracts: Extract) -> Extract:
    """Extract from an object inside."""

    def extract(members: Members, found: Found) -> None:
        inner = as_object(members.get(member))
        if inner is not None:
            for one in extracts:
                one(inner, found)

    return extract


def objects(members: Members, member: str) -> list[Members]:
    """Return the objects of a list."""
    given = map(as_object, as_list(members.get(member)) or ())
    return [one for one in given if one is not None]


def as_list(value: Any) -> list[Any] | None:
    """Return *value* if it is a list; boto3 takes tuples, too."""
    return cast("list[Any]", value) if isinstance(value, (list, tuple)) else None


def as_object(value: Any) -> Members | None:
    """Return *value* if it is an object."""
    return cast("Members", value) if isinstance(value, Mapping) else None
