"""The text dump of a node's status (`xStatus`): blocks of indented trees.

    *s SystemUnit:
      Product: "TANDBERG VCS"
      Software:
        Version: "X7.2.1"
    *s/end

`Name: /` is an empty block (Cisco 118675). Several leaves may share a line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

_LEAF = re.compile(
    r'(?P<key>[A-Za-z][\w /.\-]*?)\s*:\s*(?P<value>"[^"]*"|[^\s":]+(?!\S*:))?(?=\s|$)'
)


class Leaf(NamedTuple):
    """A value of the status: its path from the block's name down, and where it stands."""

    path: tuple[str, ...]
    value: str
    line: int
    source: str


@dataclass(frozen=True)
class Status:
    """All leaves of a status dump, in order."""

    leaves: tuple[Leaf, ...] = ()

    def find(self, *path: str) -> Leaf | None:
        """The first leaf whose path ends with these names, whatever their case."""
        wanted = tuple(name.lower() for name in path)
        for leaf in self.leaves:
            if tuple(name.lower() for name in leaf.path[-len(wanted) :]) == wanted:
                return leaf
        return None

    def under(self, *path: str) -> Iterator[Leaf]:
        """Leaves whose path starts with these names, whatever their case."""
        wanted = tuple(name.lower() for name in path)
        for leaf in self.leaves:
            if tuple(name.lower() for name in leaf.path[: len(wanted)]) == wanted:
                yield leaf


def parse(text: str) -> Status:
    """Read a status dump; lines outside `*s` blocks are passed over."""
    return Status(tuple(_leaves(text)))


def _leaves(text: str) -> Iterator[Leaf]:
    parents: list[tuple[int, str]] = []
    inside = False
    for number, line in enumerate(text.splitlines(), 1):
        stripped = line.strip()
        if stripped.startswith("*s/end"):
            inside = False
            continue
        indent = len(line) - len(line.lstrip())
        if stripped.startswith("*s "):
            inside, parents, stripped, indent = True, [], stripped[3:], -1
        if not inside or not stripped:
            continue
        while parents and parents[-1][0] >= indent:
            parents.pop()
        opened = 0
        for match in _LEAF.finditer(stripped):
            key, value = match["key"].strip(), match["value"]
            if value is None:
                parents.append((indent + opened, key))
                opened += 1
            elif value != "/":
                path = (*(name for _, name in parents), key)
                yield Leaf(path, value.strip('"'), number, stripped)
