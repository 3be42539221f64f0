"""Deployments with several faults at once, among things that only look like faults."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256

from certclinic.app.case import Case, open_case
from certclinic.app.document import write_report
from certclinic.app.rule_base import rule_base
from certclinic.builders.deployment import Deployment, build, write
from certclinic.builders.mixed import MIXTURES
from certclinic.engine.rank import RankedFinding
from certclinic.reports.document import Report
from certclinic.reports.render import render


@dataclass(frozen=True)
class Judged:
    """A mixture in memory and in a folder, and what was found in it."""

    made: Deployment
    folder: Path
    case: Case
    report: Report


Judge = Callable[[str], Judged]


def judge(paths: list[Path], made: Deployment) -> Case:
    """The files in this order, judged at the time of the deployment."""
    return open_case(paths, rule_base(), int(made.at.timestamp()), "reference")


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> Judge:
    """Each mixture is built, written and judged when it is first asked for."""

    @cache
    def once(name: str) -> Judged:
        spec, folder = MIXTURES[name].spec, tmp_path_factory.mktemp("mixture")
        made = build(spec)
        case = judge(write(spec, folder), made)
        return Judged(made, folder, case, write_report(case, "en"))

    return once


def faults(case: Case) -> list[RankedFinding]:
    """Everything found or predicted."""
    return [ranked for ranked in case.findings if ranked.finding.status != "advice"]


@pytest.mark.parametrize("name", MIXTURES)
class TestMixture:
    """What holds for each of the deployments."""

    def test_faults_and_lookalikes(self, name: str, judged: Judge) -> None:
        """Two to four faults, and at least two things that look like others."""
        mixture = MIXTURES[name]

        assert 2 <= len(mixture.faults) <= 4
        assert 2 <= len(mixture.lookalikes)

    def test_each_fault_is_one_root(self, name: str, judged: Judge) -> None:
        """A fault is found once, with all its nodes; nothing else stands by itself."""
        found = Counter(
            (ranked.finding.symptom, ranked.finding.nodes, ranked.finding.status)
            for ranked in faults(judged(name).case)
            if not ranked.explained_by
        )
        planted = Counter((f.symptom, f.nodes, f.status) for f in MIXTURES[name].faults)

        assert planted == found

    def test_what_follows_stands_beneath_its_fault(self, name: str, judged: Judge) -> None:
        """A consequence is one that a planted fault brings, and names that fault as its cause."""
        for ranked in faults(judged(name).case):
            symptom = ranked.finding.symptom
            causes = {f.symptom for f in MIXTURES[name].faults if symptom in f.brings}
            assert not ranked.explained_by or causes & set(ranked.explained_by), ranked

    def test_causes_come_first(self, name: str, judged: Judge) -> None:
        """Faults that are active, then those to come, then what follows, then advice."""
        case = judged(name).case
        kinds = [
            3 if status == "advice" else 2 if ranked.explained_by else int(status == "predicted")
            for ranked in case.findings
            for status in (ranked.finding.status,)
        ]

        assert sorted(kinds) == kinds

    def test_quoted_lines_stand_in_the_bundles(self, name: str, judged: Judge) -> None:
        """What is quoted is the line, or the certificate, at that line of the file named."""
        files = dict(judged(name).made.files)
        for members in judged(name).made.members.values():
            files |= members
        found = [quote for f in judged(name).report.findings for quote in f.evidence if quote.line]
        assert found
        for quote in found:
            lines = files[Path(quote.member or quote.input or "").name].decode().splitlines()
            assert quote.line
            if quote.fingerprint is None:
                assert quote.text == lines[quote.line - 1].strip()
            else:
                # In JSON a certificate's lines stand on one line of the file.
                block = "\n".join(lines[quote.line - 1 :]).replace("\\n", "\n")
                certificate = x509.load_pem_x509_certificate(block.encode())
                assert quote.fingerprint == certificate.fingerprint(SHA256()).hex()

    def test_the_order_of_inputs_does_not_matter(self, name: str, judged: Judge) -> None:
        """Any order of the same files gives the same report, byte for byte."""
        one = judged(name)
        paths = sorted(one.folder.iterdir())
        random.Random(7).shuffle(paths)  # noqa: S311

        again = write_report(judge(paths, one.made), "en")
        assert render(one.report, "json") == render(again, "json")
