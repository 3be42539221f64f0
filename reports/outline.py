"""How a report is told: the verdict, each root cause with its consequences, then the rest.

Every format follows this outline; it decides the order, the format only the looks.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from .document import (
    Authority,
    ChainLink,
    ChainView,
    Found,
    LedgerRow,
    LinkRow,
    Quote,
    Report,
    State,
    Status,
)

Verdict = Literal["fault", "foreseen", "healthy", "unjudged"]
_STATUSES: tuple[Status, ...] = ("active", "predicted", "advice")


@dataclass(frozen=True)
class SeenChain:
    """A chain that looks the same to several verifiers, for the same kinds of connection."""

    presenter: str
    verifiers: tuple[str, ...]
    connections: tuple[str, ...]
    complete: bool
    links: tuple[ChainLink, ...]
    unit: str | None = None
    store: str | None = None


@dataclass(frozen=True)
class SeenList:
    """A trusted CA list that several nodes have alike."""

    hosts: tuple[str, ...]
    store: str | None
    held: tuple[Authority, ...]
    named: tuple[str, ...]


@dataclass(frozen=True)
class Kind:
    """All connections of one kind in one zone, counted by whether they come about."""

    link: str
    zone: str | None
    counts: Mapping[State, int]


@dataclass(frozen=True)
class Cause:
    """A finding that nothing else explains, with what follows from it."""

    finding: Found
    consequences: tuple[Found, ...]
    chains: tuple[SeenChain, ...]


@dataclass(frozen=True)
class LedgerEntry:
    """Ledger rows that differ in nothing but the node."""

    symptom: str
    title: str
    why: str
    needs: str | None
    nodes: tuple[str, ...]


@dataclass(frozen=True)
class Outline:
    """The parts of a report in the order in which they are told."""

    verdict: Verdict
    causes: tuple[Cause, ...]
    foreseen: tuple[Cause, ...]
    advice: tuple[Cause, ...]
    breaks: tuple[Cause, ...]
    """What an upgrade would break, where one is judged."""
    known: int
    """Known causes that apply to the deployment."""
    checked: int
    """Known causes that were decided on every node they apply to."""
    ruled_out: int
    """Known causes that were excluded on every node they apply to."""
    excluded: tuple[LedgerEntry, ...]
    unchecked: tuple[LedgerEntry, ...]
    chains: tuple[SeenChain, ...]
    other_links: tuple[LinkRow, ...]
    """Connections that are refused, or of which that cannot be told."""
    passing_links: tuple[LinkRow, ...]
    kinds: tuple[Kind, ...]
    trust: tuple[SeenList, ...]
    input_names: Mapping[str, str]
    """What to call each input, by its path."""


def outline(report: Report) -> Outline:
    """Orders a document, whose findings come by rank, for telling."""
    causes = _causes(report.findings, report.chains)
    by_status = {
        status: tuple(c for c in causes if c.finding.status == status) for status in _STATUSES
    }
    known = {row.symptom for row in report.ledger}
    open_symptoms = {row.symptom for row in report.ledger if row.state == "not-checked"}
    found = {row.symptom for row in report.ledger if row.state == "found"}
    if by_status["active"]:
        verdict: Verdict = "fault"
    elif by_status["predicted"]:
        verdict = "foreseen"
    else:
        verdict = "healthy" if known - open_symptoms else "unjudged"
    return Outline(
        verdict=verdict,
        causes=by_status["active"],
        foreseen=by_status["predicted"],
        advice=by_status["advice"],
        breaks=tuple(_causes(report.target.breaks, ())) if report.target else (),
        known=len(known),
        checked=len(known - open_symptoms),
        ruled_out=len(known - open_symptoms - found),
        excluded=_entries(row for row in report.ledger if row.state == "excluded"),
        unchecked=_entries(row for row in report.ledger if row.state == "not-checked"),
        chains=_seen(report.chains),
        other_links=tuple(row for row in report.links if link_state(row) != "ok"),
        passing_links=tuple(row for row in report.links if link_state(row) == "ok"),
        kinds=_kinds(report.links),
        trust=_lists(report),
        input_names=input_names(row.path for row in report.inputs),
    )


def _causes(findings: Sequence[Found], chains: Sequence[ChainView]) -> list[Cause]:
    beneath: dict[int, list[Found]] = {}
    for index, finding in enumerate(findings):
        root = _root(index, findings)
        consequences = beneath.setdefault(root, [])
        if root != index:
            consequences.append(finding)
    return [
        Cause(findings[root], tuple(consequences), _chains(findings[root], chains))
        for root, consequences in sorted(beneath.items())
    ]


def _root(index: int, findings: Sequence[Found]) -> int:
    """The finding from which one follows in the end; in a circle the first of it."""
    place_of = {finding.rank: place for place, finding in enumerate(findings)}
    walked = [index]
    while True:
        finding = findings[walked[-1]]
        causes = (*finding.follows_from, finding.same_fault_as)
        cause = next((place_of[rank] for rank in causes if rank in place_of), None)
        if cause is None:
            return walked[-1]
        if cause in walked:
            return min(walked)
        walked.append(cause)


def _chains(finding: Found, chains: Sequence[ChainView]) -> tuple[SeenChain, ...]:
    """The chains that the finding is about: between its nodes, with a faulty CA that it names."""
    told = "\n".join((finding.title, finding.cause, *(quote.text for quote in finding.evidence)))
    return _seen(
        chain
        for chain in chains
        if {chain.presenter, chain.verifier} & set(finding.nodes)
        and any(
            common_name(link.subject) in told
            for link in chain.links
            if link.state in ("missing", "expired", "not_yet_valid")
        )
    )


def _seen(chains: Iterable[ChainView]) -> tuple[SeenChain, ...]:
    connections: dict[ChainView, dict[str, None]] = {}
    for view in chains:
        alike = view.model_copy(update={"link": ""})
        connections.setdefault(alike, {})[view.link] = None
    verifiers: dict[tuple[ChainView, tuple[str, ...]], list[str]] = {}
    for view, kinds in connections.items():
        alike = view.model_copy(update={"verifier": ""})
        verifiers.setdefault((alike, tuple(kinds)), []).append(view.verifier)
    return tuple(
        SeenChain(
            view.presenter, tuple(by), kinds, view.complete, view.links, view.unit, view.store
        )
        for (view, kinds), by in verifiers.items()
    )


def _kinds(links: Iterable[LinkRow]) -> tuple[Kind, ...]:
    states: dict[tuple[str, str | None], Counter[State]] = {}
    for row in links:
        states.setdefault((row.link, row.zone), Counter())[link_state(row)] += 1
    return tuple(Kind(link, zone, counts) for (link, zone), counts in states.items())


def _lists(report: Report) -> tuple[SeenList, ...]:
    by_fingerprint = {one.fingerprint: one for one in report.authorities}
    alike: dict[tuple[str | None, tuple[str, ...], tuple[str, ...]], list[str]] = {}
    for row in report.trust:
        alike.setdefault((row.store, row.held, row.named), []).append(row.host)
    return tuple(
        SeenList(
            tuple(hosts),
            store,
            tuple(by_fingerprint[name] for name in held if name in by_fingerprint),
            named,
        )
        for (store, held, named), hosts in alike.items()
    )


def link_state(row: LinkRow) -> State:
    """Whether the connection comes about, going by the checks that may refuse it.

    A check that is switched off refuses nothing. Nor does revocation that could not be looked up:
    Expressway does not ask for a CRL unless it is told to.
    """
    if row.directions:
        checks = [
            (name, "unknown" if state == "fail" and way.enforced == "unknown" else state)
            for way in row.directions
            if way.enforced != "fail"
            for name, state in way.checks.items()
        ]
    else:
        checks = list(row.checks.items())
    states = {state for name, state in checks if (name, state) != ("revocation", "unknown")}
    if "fail" in states:
        return "fail"
    return "unknown" if "unknown" in states else "ok"


def common_name(subject: str) -> str:
    """The first CN of an RFC 4514 subject, or the whole subject if it has none."""
    found = re.search(r"(?:^|,)CN=((?:[^,\\]|\\.)+)", subject)
    return re.sub(r"\\(.)", r"\1", found.group(1)) if found else subject


def _entries(rows: Iterable[LedgerRow]) -> tuple[LedgerEntry, ...]:
    nodes: dict[tuple[str, str, str, str | None], list[str]] = {}
    for row in rows:
        nodes.setdefault((row.symptom, row.title, row.why, row.needs), []).append(row.node)
    return tuple(LedgerEntry(*key, nodes=tuple(on)) for key, on in nodes.items())


def input_names(paths: Iterable[str]) -> dict[str, str]:
    """For each path of an input the name to call it by: the last part, where that is unique."""
    paths = tuple(dict.fromkeys(paths))
    last = {path: re.split(r"[/\\]", path)[-1] or path for path in paths}
    shared = Counter(last.values())
    return {path: name if shared[name] == 1 else path for path, name in last.items()}


def place(quote: Quote, names: Mapping[str, str]) -> str:
    """Where a quote stands: `input › member:line`, or a certificate's fingerprint."""
    name = names.get(quote.input, quote.input) if quote.input else None
    where = " › ".join(part for part in (name, quote.member) if part)
    if where and quote.line is not None:
        where += f":{quote.line}"
    if not quote.fingerprint:
        return where
    return " · ".join(part for part in (where, f"SHA-256 {quote.fingerprint}") if part)
