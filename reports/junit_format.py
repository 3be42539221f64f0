"""The report as JUnit XML, for build servers: a test case for each known cause on each node."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from .document import Found, LedgerRow, Report
from .escape import visible
from .languages import Language, language
from .outline import input_names, place
from .texts import with_texts


def render_junit(report: Report) -> str:
    """A suite for each node: `failure` for a fault, `skipped` for what was not checked.

    Advice fails nothing; it stands in the output of its case.
    """
    report = with_texts(report, visible)  # leaves nothing that XML 1.0 cannot hold
    speech = language(report.language)
    names = input_names(one.path for one in report.inputs)
    rows: dict[str, dict[str, LedgerRow]] = {}
    for row in (*report.ledger, *_unlisted(report)):
        rows.setdefault(row.node, {}).setdefault(row.symptom, row)
    found: dict[tuple[str, str], list[Found]] = {}
    for finding in report.findings:
        for node in finding.nodes or (report.tool.name,):
            found.setdefault((node, finding.symptom), []).append(finding)
    top = Element("testsuites", name=report.tool.name)
    for node in sorted(rows):
        suite = SubElement(top, "testsuite", name=node, timestamp=report.judged_at.isoformat())
        for row in rows[node].values():
            _case(suite, row, found.get((node, row.symptom), ()), names, speech)
        _count(suite)
    _count(top)
    indent(top)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(top, encoding="unicode") + "\n"


def _unlisted(report: Report) -> Iterator[LedgerRow]:
    """Findings on nodes for which the ledger has no row, or on no node at all."""
    for found in report.findings:
        for node in found.nodes or (report.tool.name,):
            yield LedgerRow(symptom=found.symptom, node=node, state="found", why=found.title)


def _case(
    suite: Element,
    row: LedgerRow,
    found: Iterable[Found],
    names: dict[str, str],
    speech: Language,
) -> None:
    name = f"{row.symptom} {row.title}".strip()
    case = SubElement(suite, "testcase", classname=row.node, name=name, time="0")
    if row.state == "not-checked":
        SubElement(case, "skipped", message=row.needs or row.why)
        return
    for one in found:
        told = _told(one, names, speech)
        if one.status == "advice":
            SubElement(case, "system-out").text = told
        else:
            SubElement(case, "failure", type=one.severity, message=one.title).text = told


def _told(finding: Found, names: dict[str, str], speech: Language) -> str:
    _ = speech.gettext
    lines = [finding.title, "", finding.cause, "", _("Evidence")]
    for quote in finding.evidence:
        lines += [place(quote, names), *(f"  | {line}" for line in quote.text.splitlines())]
    lines += ["", _("Fix")]
    lines += [f"{number}. {step}" for number, step in enumerate(finding.fix.steps, 1)]
    return "\n".join(lines)


def _count(element: Element) -> None:
    cases = list(element.iter("testcase"))
    element.attrib |= {
        "tests": str(len(cases)),
        "failures": str(sum(case.find("failure") is not None for case in cases)),
        "errors": "0",
        "skipped": str(sum(case.find("skipped") is not None for case in cases)),
        "time": "0",
    }
