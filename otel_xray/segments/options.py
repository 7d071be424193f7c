"""What the user chooses about documents."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

from otel_xray.errors import ConfigurationError

Compatibility: TypeAlias = Literal["full", "collector"]


@dataclass(frozen=True, slots=True)
class EncodeOptions:
    """
    What the user chooses about documents.

    Attributes:
        indexed_attributes: attribute keys that become annotations; a resource's with the prefix
            ``otel.resource.``.
        index_all_attributes: every attribute that no section shows becomes an annotation.
        log_groups: names of CloudWatch log groups, for resources that name none.
        compatibility: ``full`` says all that the span says; ``collector`` writes exactly what the
            collector's exporter writes (``docs/reference/known-gaps.md`` has the differences).
    """

    indexed_attributes: tuple[str, ...] = ()
    index_all_attributes: bool = False
    log_groups: tuple[str, ...] = ()
    compatibility: Compatibility = "full"

    def __post_init__(self) -> None:
        """Refuse an unknown mode while it can still be corrected."""
        known = get_args(Compatibility)
        if self.compatibility not in known:
            msg = f"compatibility is {self.compatibility!r}; write {' or '.join(map(repr, known))}."
            raise ConfigurationError(msg)
