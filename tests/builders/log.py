"""A node's log: its events in order among ordinary lines, over half an hour."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from itertools import repeat

from .events import Maker, alarm, maker_of
from .nodes import MOST_RECORDS, Node
from .noise import noise
from .spec import Spec, at_path, number
from .writer import Writer

_PERIOD = timedelta(minutes=30)


@dataclass(frozen=True)
class _Record:
    """What writes the lines of an event, and where in the spec the event stands."""

    path: str
    maker: Maker
    keys: Spec

    def lines(self, w: Writer) -> list[str]:
        with at_path(self.path):
            return self.maker(w, **self.keys)


def log(node: Node, addresses: Mapping[str, str], pems: Mapping[str, str]) -> bytes:
    """The loggingsnapshot, up to the download. `addresses` and `pems` are by node name."""
    records = list(_records(node))
    total = len(records) + node.log_noise
    step = _PERIOD / max(total, 1)
    lines: list[str] = []
    written = 0
    for place in range(total):
        w = Writer(node, addresses, pems, node.now - step * (total - place), place + 100)
        # Spread evenly: as large a part of the events is written as of the whole log.
        due = (place + 1) * len(records) // total > written
        lines += records[written].lines(w) if due else noise(w)
        written += due
    return "".join(f"{line}\n" for line in lines).encode()


def _records(node: Node) -> Iterator[_Record]:
    for index, event in enumerate(node.log):
        path = f"nodes.{node.name}.log[{index}]"
        maker, keys = maker_of(event, path)
        given = event.get("count", 1) if isinstance(event, Mapping) else 1
        count = number(given, f"{path}.count", MOST_RECORDS)
        yield from repeat(_Record(path, maker, keys), count)
    for index, raised in enumerate(node.alarms):
        path = f"nodes.{node.name}.alarms[{index}]"
        for state in ("Raised", "Lowered") if raised.lowered else ("Raised",):
            keys = {"id": raised.id, "severity": raised.severity, "detail": raised.detail}
            yield _Record(path, alarm, {**keys, "state": state})
