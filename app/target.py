"""`--target-version`: the same deployment judged as if every Expressway ran that release."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from ..engine.findings import Finding
from ..engine.matching.match import MatcherName
from ..engine.rank import STATUSES, RankedFinding
from ..facts.releases import release_key
from ..facts.upgrade import upgraded
from ..facts.vocabulary import Version
from .case import Case, judge_case
from .knowledge import ReleaseRow, symptoms, table


class TargetError(ValueError):
    """A target release that nothing is known of; the text says which ones are."""


@dataclass(frozen=True)
class Target:
    """The case after the upgrade: findings that are new, and present ones that are gone.

    `kept` are the nodes, and their releases, that run a later release already.
    """

    release: Version
    case: Case
    breaks: tuple[RankedFinding, ...]
    heals: tuple[RankedFinding, ...]
    kept: tuple[tuple[str, Version], ...] = ()

    def remark(self) -> str:
        """What is said of the nodes that are left as they are; empty where there are none."""
        if not self.kept:
            return ""
        nodes = ", ".join(f"{host} ({release})" for host, release in self.kept)
        return (
            f"Judged as if every older Expressway ran {self.release}; left as they are, since no"
            f" release is taken back: {nodes}."
        )


def judge_target(case: Case, release: str, matcher: MatcherName | None = None) -> Target:
    """Judge a case on another release.

    Raises TargetError for one newer than any known, and for a number that stands for several.
    """
    known = [row.release for row in table("releases", ReleaseRow)]
    newest = max(known, key=release_key)
    if release_key(release) > release_key(newest):
        raise TargetError(f"nothing is known of {release}; the newest release known is {newest}")
    meant = [one for one in known if one.startswith(f"{release}.")]
    if "." not in release and len(meant) > 1:
        raise TargetError(
            f"{release} is no single release; give the one that you mean, such as"
            f" {', '.join(meant)}"
        )
    version = Version(release)
    after = judge_case(upgraded(case.observations, version), case.rules, case.judged_at, matcher)
    return Target(
        version,
        after,
        beyond(after.findings, case.findings),
        beyond(case.findings, after.findings),
        tuple(_kept(case, version)),
    )


def _kept(case: Case, release: Version) -> Iterator[tuple[str, Version]]:
    """The nodes that run a later release than this."""
    for profile in case.derived.profiles:
        if profile.given and profile.version:
            present = profile.version[0]
            if release_key(present) > release_key(release):
                yield profile.host, present


def beyond(
    findings: Iterable[RankedFinding], others: Iterable[RankedFinding]
) -> tuple[RankedFinding, ...]:
    """The faults among `findings` on some node of which the others have none as bad.

    The same fault may be another symptom on another release.
    """
    family = _families()
    known: dict[tuple[str, str], int] = {}
    for one in others:
        for key in _keys(one.finding, family):
            status = STATUSES.index(one.finding.status)
            known[key] = min(status, known.get(key, status))
    advice = STATUSES.index("advice")
    return tuple(
        one
        for one in findings
        if (status := STATUSES.index(one.finding.status)) < advice
        and any(known.get(key, advice) > status for key in _keys(one.finding, family))
    )


def _keys(finding: Finding, family: Mapping[str, str]) -> list[tuple[str, str]]:
    symptom = family.get(finding.symptom, finding.symptom)
    return [(symptom, node) for node in finding.nodes]


def _families() -> dict[str, str]:
    """For a symptom the one that stands for the same fault on every release."""
    return {row.id: row.across for row in symptoms() if row.across}
