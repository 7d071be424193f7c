from __future__ import annotations

import pytest

from tests.compat.core.loading import core


class Base:
    """Has a method of each kind."""

    @classmethod
    def of_class(cls) -> None:
        """Take the class."""

    @staticmethod
    def of_nobody() -> None:
        """Take nothing."""

    def of_instance(self) -> None:
        """Take an instance."""


class Derived(Base):
    """Inherits them."""


@pytest.mark.parametrize("owner", [Base, Derived])
@pytest.mark.parametrize(
    ("name", "of_class", "of_instance"),
    [("of_class", True, False), ("of_nobody", False, False), ("of_instance", False, True)],
)
def test_kinds_of_methods(
    alias: None, owner: type, name: str, of_class: bool, of_instance: bool
) -> None:
    """They are told apart, inherited or not."""
    compat = core("utils.compat")
    method = getattr(owner, name)

    assert of_class is compat.is_classmethod(method)
    assert of_instance is compat.is_instance_method(owner, name, method)


def test_a_method_that_is_added_later_is_of_instances(alias: None) -> None:
    """A function that no class of the line defines counts as an instance's."""
    assert core("utils.compat").is_instance_method(Derived, "unknown", lambda _: None)


def test_values_of_annotations(alias: None) -> None:
    """Numbers, booleans and texts can be searched for."""
    assert (int, float, bool, str) == core("utils.compat").annotation_value_types
