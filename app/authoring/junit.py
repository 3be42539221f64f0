"""Results of rule tests as JUnit XML, for build servers."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import groupby
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from ...engine.authoring.rule_tests import RuleTestResult

_NOT_XML = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def as_junit(results: Iterable[RuleTestResult]) -> str:
    """One `testsuite` for each rule; what XML 1.0 can't hold becomes U+FFFD."""
    top = Element("testsuites", name="certclinic rules test")
    every: list[RuleTestResult] = []
    for rule_id, group in groupby(results, key=lambda result: result.rule):
        own = list(group)
        suite = SubElement(
            top, "testsuite", {"name": rule_id, "file": _text(own[0].file), **_sums(own)}
        )
        for one in own:
            case = SubElement(
                suite,
                "testcase",
                classname=rule_id,
                name=_text(one.name),
                time=f"{one.seconds:.3f}",
            )
            if not one.passed:
                message = _text(one.explanation.partition("\n")[0])
                failure = SubElement(case, "failure", message=message, type="expectation")
                failure.text = _text(one.explanation)
        every += own
    top.attrib.update(_sums(every))
    indent(top)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(top, encoding="unicode") + "\n"


def _sums(results: list[RuleTestResult]) -> dict[str, str]:
    return {
        "tests": str(len(results)),
        "failures": str(sum(not result.passed for result in results)),
        "errors": "0",
        "skipped": "0",
        "time": f"{sum(result.seconds for result in results):.3f}",
    }


def _text(text: str) -> str:
    return _NOT_XML.sub("\ufffd", text)
