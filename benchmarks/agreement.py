"""How often is the verdict OpenSSL's? A table by suite; exit status 1 if a target is missed."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, fields
from functools import lru_cache
from pathlib import Path
from typing import Any

from certclinic.facts.trust.judgement import Judgement, TrustList, judge
from certclinic.facts.x509.certificate import Certificate
from certclinic.facts.x509.crl import Crl

from . import cost, suites
from .case import Case
from .command_line import command_differs
from .libcrypto import Answer, Libcrypto, UnreadableError

# Shares of all cases that are to agree, at least. Nothing may be trusted by us only.
_LEAST_VERDICTS, _LEAST_CODES, _LEAST_NAMED = 0.999, 0.995, 0.98
_HEADINGS = (
    "suite",
    "cases",
    "both trust",
    "both refuse",
    "trusted by us only",
    "refused by us only",
    "first code equal",
    "depth and chain too",
    "all reported codes named",
)


@dataclass
class Tally:
    """Counts over the cases of one suite, and the cases in which anything differs."""

    suite: str
    cases: int = 0
    both_trust: int = 0
    both_refuse: int = 0
    only_we_trust: int = 0
    only_we_refuse: int = 0
    same_code: int = 0
    same_chain: int = 0
    refused: int = 0
    all_named: int = 0
    unreadable: int = 0
    differing: list[dict[str, Any]] = field(default_factory=list)

    def add(self, case: Case, expected: Answer, found: Judgement) -> None:
        """Count one case."""
        trusted = expected.code == 0
        self.cases += 1
        self.both_trust += trusted and found.trusted
        self.both_refuse += not trusted and not found.trusted
        self.only_we_trust += found.trusted and not trusted
        self.only_we_refuse += trusted and not found.trusted
        code = found.code == expected.code
        chain = tuple(certificate.der for certificate in found.chain)
        same = code and (found.depth, chain) == (expected.depth, expected.chain)
        named = {defect.openssl for defect in (*found.defects, *found.consequences)}
        unnamed = {number for number, _ in expected.reported} - named
        self.same_code += code
        self.same_chain += same
        self.refused += not trusted
        self.all_named += not trusted and not unnamed
        if not same or unnamed:
            self.differing.append(
                {
                    "suite": self.suite,
                    "case": case.id,
                    "openssl": [expected.code, expected.depth],
                    "ours": [found.code, found.depth],
                    "same chain": chain == expected.chain,
                    "not named": sorted(unnamed),
                    "reported": expected.reported,
                    "defects": [[defect.openssl, defect.depth] for defect in found.defects],
                }
            )

    @classmethod
    def of(cls, tallies: Iterable[Tally]) -> Tally:
        """All of them together."""
        whole = cls("all")
        for tally in tallies:
            for counted in fields(cls):
                if counted.name != "suite":
                    more = getattr(tally, counted.name)
                    setattr(whole, counted.name, getattr(whole, counted.name) + more)
        return whole

    @property
    def good(self) -> bool:
        """The targets are met."""
        return (
            self.only_we_trust == 0
            and self.only_we_refuse <= (1 - _LEAST_VERDICTS) * self.cases
            and self.same_code >= _LEAST_CODES * self.cases
            and self.all_named >= _LEAST_NAMED * self.refused
        )

    def row(self) -> tuple[str, ...]:
        """The cells of the table."""
        return (
            self.suite,
            f"{self.cases:,}",
            f"{self.both_trust:,}",
            f"{self.both_refuse:,}",
            str(self.only_we_trust),
            str(self.only_we_refuse),
            _share(self.same_code, self.cases),
            _share(self.same_chain, self.cases),
            _share(self.all_named, self.refused),
        )


def compared(
    suite: str, cases: Iterable[Case], library: Libcrypto, tallies: list[Tally]
) -> Iterator[Case]:
    """Judge the cases, count them in a new tally, and hand on those that both could read."""
    tally = Tally(suite)
    tallies.append(tally)
    for case in cases:
        try:
            expected = library.ask(case, report=True)
        except UnreadableError:
            tally.unreadable += 1
            continue
        tally.add(case, expected, judged(case))
        yield case


def judged(case: Case) -> Judgement:
    """Our answer to a case. CertificateError or CrlError where a part of it cannot be read."""
    return judge(
        Certificate.from_der(case.leaf),
        [Certificate.from_der(der) for der in case.presented],
        _trust_list(case.trust),
        name=case.name,
        purpose=case.purpose,
        at=case.at,
        crls=[Crl.from_der(der) for der in case.crls],
        depth=case.depth,
    )


@lru_cache(maxsize=4)
def _trust_list(trust: tuple[bytes, ...]) -> TrustList:
    return TrustList(map(Certificate.from_der, trust))


def _share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.2f} %" if whole else "—"


def _chosen(given: argparse.Namespace) -> Iterator[tuple[str, Iterator[Case]]]:
    if given.limbo:
        yield "x509-limbo", suites.limbo(given.limbo)
    if given.bettertls:
        yield "BetterTLS", suites.bettertls(given.bettertls)
    yield "PKITS, all CAs presented", suites.pkits()
    if given.go:
        yield "PKITS, by path", suites.pkits_paths(given.go)
        yield "Go", suites.go(given.go)
    if given.openssl_tests:
        yield "OpenSSL", suites.openssl_tests(given.openssl_tests)
    if given.chromium:
        yield "Chromium", suites.chromium(given.chromium)
    yield "random graphs", suites.graphs(given.graphs, given.seed)


def main() -> int:
    """Print the table, or the times with --cost."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.agreement", description=__doc__)
    parser.add_argument("--limbo", type=Path, metavar="DIR", help="folder of limbo.json")
    parser.add_argument("--bettertls", type=Path, metavar="FILE", help="what export-tests wrote")
    parser.add_argument("--go", type=Path, metavar="DIR", help="Go's src/crypto/x509")
    parser.add_argument("--openssl-tests", type=Path, metavar="DIR", help="OpenSSL's test folder")
    parser.add_argument("--chromium", type=Path, metavar="DIR", help="BoringSSL's pki/testdata")
    parser.add_argument("--graphs", type=int, default=10_000, metavar="N", help="random graphs")
    parser.add_argument("--seed", type=int, default=20_261_124, metavar="N", help="of the graphs")
    parser.add_argument("--libcrypto", metavar="FILE", help="the OpenSSL 3 library to ask")
    parser.add_argument("--differing", type=Path, metavar="FILE", help="write differing cases here")
    parser.add_argument("--sample", type=int, default=50, metavar="N", help=_SAMPLE_HELP)
    parser.add_argument("--cost", action="store_true", help="measure times instead, side by side")
    given = parser.parse_args()
    library = Libcrypto(given.libcrypto)
    if given.cost:
        cost.measure(library)
        return 0
    tallies: list[Tally] = []
    asked = disputed = 0
    for suite, cases in _chosen(given):
        for number, case in enumerate(compared(suite, cases, library, tallies)):
            if given.sample and number % given.sample == 0:
                asked += 1
                disputed += command_differs(case, library.ask(case))
    whole = Tally.of(tallies)
    print(f"OpenSSL {library.version}, TLS handshake defaults\n")
    rows = (tally.row() for tally in (*tallies, whole))
    for cells in (_HEADINGS, ("---",) * len(_HEADINGS), *rows):
        print("| " + " | ".join(cells) + " |")
    print(f"\n`openssl verify` was asked too in {asked} cases and differs in {disputed}.")
    for tally in tallies:
        if tally.unreadable:
            print(f"{tally.suite}: {tally.unreadable} more cases that OpenSSL cannot read.")
    if given.differing:
        given.differing.write_text("".join(json.dumps(case) + "\n" for case in whole.differing))
    return 0 if whole.good else 1


_SAMPLE_HELP = "ask the openssl command in every Nth case; 0: never"

if __name__ == "__main__":
    sys.exit(main())
