"""Diagnostic bundles of any size with one planted fault: `python -m benchmarks.generate --help`.

The Expressway-C's log is as large as asked for; it is written straight into the archive. Beside the
fault of the deployment, telling lines are strewn among ordinary traffic at a given rate. Everything
follows from the recipe: the same one gives the same tar archive, byte for byte. `Truth` is what
must be found in it.
"""

from __future__ import annotations

import argparse
import gzip
import io
import itertools
import json
import re
import tarfile
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from certclinic.builders.deployment import Deployment, build, merge
from certclinic.builders.events import EVENTS
from certclinic.builders.nodes import Node
from certclinic.builders.pki import pem
from certclinic.builders.scenarios import SYMPTOMS
from certclinic.builders.writer import Writer

from .traffic import Traffic

_UNITS = {"KB": 10**3, "MB": 10**6, "GB": 10**9}
_BYTES_A_SECOND = 100_000  # of log on a busy node: a day in 10 GB
_BLOCK = 500  # records
_OWN_LOG = timedelta(minutes=30)  # the log that the deployment itself writes

Symptoms = Mapping[str, tuple[str, ...]]
"""Nodes that a finding of a symptom must name, by symptom."""


@dataclass(frozen=True)
class _Telling:
    """An event of the log by the name of its maker, how many of its lines tell something, and the
    symptom that it is a sign of, if it is."""

    event: str
    keys: Mapping[str, Any]
    lines: int
    symptom: str | None = None


_STREWN = (
    _Telling("ats_untrusted", {"server": "cucm.example.com"}, 3, "EXW-050"),
    _Telling(
        "ats_rejected",
        {"server": "imp.example.com", "ip": "10.0.0.22", "port": 8443},
        2,
        "EXW-052",
    ),
    # Somebody on the Internet tries the port; not a fault.
    _Telling(
        "tls_failure",
        {"remote": "192.0.2.{}", "direction": "inbound", "detail": "no shared cipher"},
        2,
    ),
)
_FAULT = "EXW-030"
_MOST_CAS, _TOO_MANY = 1_000, "EXW-023b"  # in a trusted CA list


@dataclass(frozen=True)
class Recipe:
    """What a bundle pair is made from.

    `size` is that of the Expressway-C's log in bytes, `edge` that of the Expressway-E's; `rate` is
    the share of telling lines, `certificates` the length of each trusted CA list, `rules` the
    number of search rules in each configuration.
    """

    size: int
    edge: int = 0
    rate: float = 0.001
    seed: int = 1
    certificates: int = 150
    rules: int = 500


@dataclass(frozen=True)
class Truth:
    """What is in the bundles: how many lines of the large log tell something, how often each event
    stands there, by the name of its maker, and what must be found."""

    telling: int
    events: Mapping[str, int]
    symptoms: Symptoms


@dataclass(frozen=True)
class Made:
    """Bundles on disk, the large one first, and the truth about them."""

    paths: tuple[Path, ...]
    truth: Truth


def generate(recipe: Recipe, folder: Path) -> Made:
    """Write the bundles of a recipe below `folder`, or find those written before."""
    name = "-".join(str(value) for value in asdict(recipe).values())
    place, note = folder / name, folder / f"{name}.json"
    if not note.exists():
        place.mkdir(parents=True, exist_ok=True)
        note.write_text(json.dumps(asdict(_write(recipe, place)), indent=1), encoding="utf-8")
    told = json.loads(note.read_text(encoding="utf-8"))
    symptoms = {symptom: tuple(nodes) for symptom, nodes in told["symptoms"].items()}
    truth = Truth(told["telling"], told["events"], symptoms)
    paths = sorted(place.glob("*.tar.gz"), key=lambda path: "core1" not in path.name)
    return Made(tuple(paths), truth)


def size_of(text: str) -> int:
    """Bytes of a size such as 100MB. Raises ValueError."""
    match = re.fullmatch(r"(\d+)([KMG]B)", text)
    if match is None:
        raise ValueError(f"{text!r} is not a size such as 100MB")
    return int(match[1]) * _UNITS[match[2]]


def _write(recipe: Recipe, place: Path) -> Truth:
    deployment = _deployment(recipe)
    events: Counter[str] = Counter()
    for node in deployment.nodes:
        core = node.role == "c"
        log = _Log(
            node,
            deployment,
            recipe.size if core else recipe.edge,
            recipe.rate if core else 0,
            recipe.seed,
        )
        name = f"diagnostic_log_{node.hostname}_{node.now:%Y-%m-%d_%H_%M_%S}"
        _pack(place / f"{name}.tar.gz", deployment, node, log)
        events += log.events
    signs = {kind.symptom for kind in _STREWN if kind.symptom and kind.event in events}
    symptoms = {symptom: SYMPTOMS[symptom].nodes for symptom in (_FAULT, *sorted(signs))}
    long = tuple(node.name for node in deployment.nodes if len(node.trust) > _MOST_CAS)
    if long:
        symptoms[_TOO_MANY] = long
    telling = sum(kind.lines * events[kind.event] for kind in _STREWN)
    return Truth(telling, dict(events), symptoms)


def _deployment(recipe: Recipe) -> Deployment:
    rule = "Zones Policy SearchRules Rule"
    settings = {
        f"{rule} {number} {key}": value
        for number in range(1, recipe.rules + 1)
        for key, value in (
            ("Name", f"Rule {number}"),
            ("Priority", str(number % 100)),
            ("Mode", "AliasPatternMatch"),
            ("Pattern Type", "Prefix"),
            ("Pattern String", f"{7000 + number}"),
            ("Target Name", "UC traversal"),
            ("State", "Enabled"),
        )
    }
    common = {"trust_filler": recipe.certificates, "settings": settings}
    both = {"nodes": dict.fromkeys(("core1", "edge1"), common)}
    return build(merge(SYMPTOMS[_FAULT].shows, both))


def _pack(path: Path, deployment: Deployment, node: Node, log: _Log) -> None:
    """Write an archive, the log as it comes."""
    unfinished = path.with_suffix(".part")
    with (
        unfinished.open("wb") as raw,
        gzip.GzipFile(filename="", fileobj=raw, mode="wb", compresslevel=6, mtime=0) as packed,
        tarfile.open(fileobj=packed, mode="w", format=tarfile.GNU_FORMAT) as archive,
    ):
        for name, data in deployment.members[node.name].items():
            info = tarfile.TarInfo(name)
            info.mtime = int(node.now.timestamp())
            if name.startswith("loggingsnapshot"):
                log.end = data
                info.size = log.size + len(data)
                archive.addfile(info, log)
            else:
                info.size = len(data)
                archive.addfile(info, io.BytesIO(data))
    unfinished.rename(path)


class _Log(io.RawIOBase):
    """A log of exactly so many bytes, and after it what the deployment itself has logged."""

    def __init__(
        self, node: Node, deployment: Deployment, size: int, rate: float, seed: int
    ) -> None:
        self.size = size
        self.end = b""
        self.events: Counter[str] = Counter()
        self._node = node
        self._addresses = {other.name: other.ip for other in deployment.nodes}
        self._pems = {n.name: pem(n.certificate).decode() for n in deployment.nodes}
        self._traffic = Traffic(seed, node.hostname)
        self._rate = rate
        self._blocks = self._text()
        self._ready = b""

    def readable(self) -> bool:
        """It is."""
        return True

    def read(self, size: int = -1) -> bytes:
        """The next bytes, so many unless the log ends."""
        while len(self._ready) < size and (block := next(self._blocks, None)) is not None:
            self._ready += block
        data, self._ready = self._ready[:size], self._ready[size:]
        return data

    def _text(self) -> Iterator[bytes]:
        """The log in blocks."""
        begin = self._node.now - _OWN_LOG - timedelta(seconds=self.size / _BYTES_A_SECOND)
        start = begin.timestamp()
        kinds = itertools.cycle(_STREWN)
        written = lines = telling = 0
        block: list[str] = []
        kind: _Telling | None
        while True:
            time = start + written / _BYTES_A_SECOND
            if telling < lines * self._rate:
                kind = next(kinds)
                record = self._event(kind, time)
            else:
                kind = None
                record = self._traffic.record(time)
            if written + len(record) > self.size:
                break
            if kind is not None:
                self.events[kind.event] += 1
                telling += kind.lines
            block.append(record)
            written += len(record)
            lines += record.count("\n")
            if len(block) == _BLOCK:
                yield "".join(block).encode()
                block.clear()
        rest = self.size - written
        yield "".join(block).encode() + b"-" * (rest - 1) + b"\n" * bool(rest)
        yield self.end

    def _event(self, kind: _Telling, time: float) -> str:
        number = self.events[kind.event]
        moment = datetime.fromtimestamp(time, self._node.now.tzinfo)
        writer = Writer(self._node, self._addresses, self._pems, moment, number)
        keys = {
            key: value.format(number % 250) if isinstance(value, str) else value
            for key, value in kind.keys.items()
        }
        return "".join(f"{line}\n" for line in EVENTS[kind.event](writer, **keys))


def main() -> None:
    """Write one bundle pair and print where it is and what must be found in it."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.generate", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--size", type=size_of, default="10MB", help="of the log (10MB)")
    parser.add_argument("--edge", type=size_of, default="0KB", help="of the other node's log (0KB)")
    parser.add_argument("--rate", type=float, default=0.001, help="of telling lines (0.001)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--certificates", type=int, default=150, help="in each trust list (150)")
    parser.add_argument("--rules", type=int, default=500, help="search rules of each node (500)")
    given = vars(parser.parse_args())
    made = generate(
        Recipe(**{key: given[key] for key in given if key != "folder"}), given["folder"]
    )
    for path in made.paths:
        print(path)
    print(json.dumps(asdict(made.truth), indent=1))


if __name__ == "__main__":
    main()
