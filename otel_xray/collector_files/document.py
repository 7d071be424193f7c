"""A YAML file as a tree whose parts know their lines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

import yaml

from otel_xray.collector_files.finding import Finding, Level

_NULL = "tag:yaml.org,2002:null"
_MOST = 50_000


@dataclass(frozen=True, slots=True)
class Part:
    """
    A value, of a file or a part of one.

    Attributes:
        line: of its key, or of itself in a list; from 1.
        text: of a scalar; empty for nothing and for what is no scalar.
        members: of a mapping, in order.
        items: of a list.
        repeated: of a mapping, the keys that stand there once more, with their lines.
    """

    line: int
    text: str = ""
    members: Mapping[str, Part] = field(default_factory=lambda: MappingProxyType({}))
    items: Sequence[Part] = ()
    repeated: Sequence[tuple[str, int]] = ()

    def at(self, *path: str) -> Part | None:
        """Return what stands under *path*; None where nothing does."""
        part: Part | None = self
        for name in path:
            part = part.members.get(name) if part else None
        return part

    def words(self, *path: str) -> Sequence[Part]:
        """Return the list under *path*; a single value counts as a list of it."""
        part = self.at(*path)
        if part is None:
            return ()
        return part.items or ((part,) if part.text else ())

    def walk(self, *path: str) -> Iterator[tuple[tuple[str, ...], Part]]:
        """Yield every part with its path, this one first; items of a list have their list's."""
        yield path, self
        for name, part in self.members.items():
            yield from part.walk(*path, name)
        for part in self.items:
            yield from part.walk(*path)


class Unreadable(Exception):
    """
    A text that is no configuration.

    Attributes:
        finding: says why.
    """

    def __init__(self, line: int, message: str, remedy: str) -> None:
        super().__init__(message)
        self.finding = Finding(line, Level.ERROR, "yaml", message, remedy)


def parse(text: str) -> Part:
    """
    Read *text*.

    Raises:
        Unreadable: it is not YAML, or no mapping.
    """
    try:
        root = yaml.SafeLoader(text).get_single_node()
        if not isinstance(root, yaml.MappingNode):
            raise Unreadable(1, "This is no mapping.", "Begin with receivers and exporters.")
        return _Tree().part(root, 1)
    except RecursionError:
        message = "This is nested too deeply, or a part of it refers to itself."
        raise Unreadable(1, message, "Write it flat, without aliases.") from None
    except yaml.YAMLError as error:
        mark = error.problem_mark if isinstance(error, yaml.MarkedYAMLError) else None
        problem = error.problem if isinstance(error, yaml.MarkedYAMLError) else None
        line = mark.line + 1 if mark else 1
        raise Unreadable(line, f"This is not YAML: {problem or error}.", "Correct it.") from None


@dataclass(slots=True)
class _Tree:
    """A tree that is made from YAML's nodes; aliases are copies, so their number is limited."""

    size: int = 0

    def part(self, node: yaml.Node, line: int) -> Part:
        """Return *node*, which is said to stand at *line*."""
        self.size += 1
        if self.size > _MOST:
            raise Unreadable(line, f"This has more than {_MOST} parts.", "Write fewer aliases.")
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, line)
        if isinstance(node, yaml.SequenceNode):
            items = [self.part(item, item.start_mark.line + 1) for item in node.value]
            return Part(line, items=items)
        return Part(line, "" if node.tag == _NULL else str(node.value))

    def _mapping(self, node: yaml.MappingNode, line: int) -> Part:
        members: dict[str, Part] = {}
        repeated: list[tuple[str, int]] = []
        for key, value in node.value:
            name, at = str(key.value), key.start_mark.line + 1
            if name in members:
                repeated.append((name, at))
            members[name] = self.part(value, at)
        return Part(line, members=members, repeated=repeated)
