"""ADOT: everything that its requirement list has."""

WITHOUT: frozenset[str] = frozenset()
