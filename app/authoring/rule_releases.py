"""The record of a rule pack's last release: what lint compares with, and how it is written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path

from ...engine.problems import Problem, coded
from ...engine.rulefile.loader import Loaded
from ...engine.rulefile.packs import Pack, unstated
from ...engine.rulefile.release import RELEASE_FILE, Release, differences, release, release_problems
from ...engine.rulefile.release import read_release as read
from ...engine.rulefile.yaml_source import MAX_BYTES
from ..rule_base import rule_base


class ReleaseError(ValueError):
    """The release can't be recorded; the text says why and what to do first."""


def last_release(pack: Pack) -> Release | None:
    """The record of a pack's last release, None where there is none. Raises RuleProblems."""
    source = pack.folder.joinpath(RELEASE_FILE)
    if not source.is_file():
        return None
    with source.open("rb") as stream:
        return read(str(source), stream.read(MAX_BYTES + 1))


def pack_problems(
    packs: Sequence[Pack], rules: Mapping[str, Loaded], catalogue: Mapping[str, str]
) -> Iterator[Problem]:
    """What packs leave unsaid, and what may not have changed since a pack's last release.

    A pack of which another one replaces rules here is compared when it is checked by itself.
    Raises RuleProblems where a record can't be read.
    """
    yield from coded(unstated(packs, catalogue), "pack")
    for pack in packs:
        own = {i: (rules[i][0].rule, rules[i][1]) for i in pack.rules}
        whole = all(rules[i][0].file.startswith(str(pack.folder)) for i in pack.rules)
        if whole and (last := last_release(pack)):
            file = str(pack.folder.joinpath(RELEASE_FILE))
            yield from coded(release_problems(last, file, own), "history")


def record_release(folder: Path | None, day: date) -> Path:
    """Write the record of a folder of rules, or of the shipped one, as it is now; the file.

    Raises ReleaseError, OSError, and RuleProblems where the rules can't be used.
    """
    base = rule_base((folder,) if folder else ())
    pack = base.packs[-1]
    compiled = {**base.rules, **base.deprecated}
    if pack.version is None:
        raise ReleaseError(f"{pack.folder} has no pack.yaml; state its name and version first")
    if not isinstance(pack.folder, Path):
        raise ReleaseError(f"{pack.folder} is not a folder that can be written to")
    now = {i: compiled[i].rule for i in sorted(pack.rules)}
    last = last_release(pack)
    if last and last.version == pack.version and [*differences(last, now)]:
        raise ReleaseError(
            f"release {last.version} of {last.date} is recorded already; rules differ from it, so"
            f" give {pack.file} a new version first"
        )
    file = pack.folder / RELEASE_FILE
    file.parent.mkdir(exist_ok=True)
    file.write_text(release(now, pack.version, day, last).as_yaml(), encoding="utf-8")
    return file
