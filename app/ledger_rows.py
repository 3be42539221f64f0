"""What was found, excluded and left open, as rows of the report document."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ..engine.explaining import ledger as engine
from ..engine.plan import Test
from ..facts.inputs.observations import UcServerObservation
from ..facts.model import Node
from ..reports.document import LedgerRow
from ..reports.languages import Language
from ..reports.languages import language as reader_language
from ..reports.ledger_phrases import Asked
from ..reports.ledger_words import excluded, found_by, undecided
from ..reports.reasons import collecting
from .case import Case
from .knowledge import symptoms, told

_EITHER = ("expressway_c", "expressway_e")


def ledger_rows(case: Case, tag: str) -> Iterator[LedgerRow]:
    """A row for each symptom and each node, UC server or client log among the inputs."""
    nodes = [fact for fact in case.facts.values() if isinstance(fact, Node) and fact.given]
    # A node of unknown role may be either; what nothing on it shows is then not excluded.
    unknown = {node.host for node in nodes if node.role == "unknown"}
    judged: list[tuple[str, str]] = [
        (node.host, node.role) for node in nodes if node.host not in unknown
    ]
    judged += [(host, role) for host in sorted(unknown) for role in _EITHER]
    judged += [(server.host, "uc_server") for server in case.observations.uc_servers]
    judged += [(log.name, "client") for log in case.observations.clients]
    findings = [ranked.finding for ranked in case.findings]
    rows = engine.ledger(case.rules, case.outcome, findings, judged)
    titles = {symptom.id: told(symptom.title, tag) for symptom in symptoms(case.rules.packs)}
    servers = {server.host: server for server in case.observations.uc_servers}
    language = reader_language(tag)
    for row in {(row.symptom, row.node): row for row in rows}.values():
        needs = row.needs
        if row.state == "excluded" and row.node in unknown:
            needs = ("configuration",)
        elif row.ending and row.ending.how == "missing" and row.node in servers:
            needs = _unseen(servers[row.node], row.ending.kind)
        yield LedgerRow(
            symptom=row.symptom,
            node=row.node,
            state="not-checked" if needs else row.state,
            title=titles.get(row.symptom, ""),
            why=_why(row, needs, language),
            needs=language.gettext("; ").join(collecting(one, language) for one in needs) or None,
        )


def _unseen(server: UcServerObservation, kind: str) -> tuple[str, ...]:
    """What the inputs would have to hold of a UC server to show facts of a kind."""
    if kind in ("uc_alarm", "uc_failure"):
        return () if server.events else ("uc_log",)
    if kind in ("uc_certificate", "uc_twin"):
        return () if server.own() else ("uc_certificates",)
    return ()


def _why(row: engine.LedgerRow, needs: tuple[str, ...], language: Language) -> str:
    """The sentence beside a symptom."""
    if needs:
        return undecided(needs, language)
    if row.ending is None:
        return found_by(row.rules, language)
    asked = tuple(_asked(row.ending.tests, row.node))
    return excluded(row.ending.how, row.ending.kind, asked, language)


def _asked(tests: Iterable[Test], node: str) -> Iterator[Asked]:
    """The tests for people; which node they look at stands beside them."""
    for test in tests:
        if test.value != node:
            values = test.value if isinstance(test.value, tuple) else (test.value,)
            told = (str(one).lower() if isinstance(one, bool) else str(one) for one in values)
            yield Asked(test.field, test.op, tuple(told))
