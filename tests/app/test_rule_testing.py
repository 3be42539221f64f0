"""`rules test`: which rules, which formats, and what it says of the tests themselves."""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner, Result

from certclinic.app.authoring.junit import as_junit
from certclinic.app.authoring.rule_commands import rules
from certclinic.app.authoring.rule_selection import selected
from certclinic.app.authoring.rule_watch import changes, watch_rules
from certclinic.app.rule_base import rule_base
from certclinic.app.suggestion import UnknownNameError
from certclinic.engine.authoring.rule_tests import RuleTestResult, Trial
from certclinic.engine.rulefile.model import RuleTest

RULE = "zones/certificate-not-yet-valid"
SHIPPED = Path(rule_base().rules[RULE].file)
COUNT = len(rule_base().rules[RULE].rule.tests)
TESTS = """tests:
- name: the Expressway-E's certificate begins tomorrow
  deployment: {nodes: {edge1: {certificate: {from: 1d, to: 300d}}}}
  expect: fire
  nodes: [core1, edge1]
- name: it began an hour ago
  deployment: {nodes: {edge1: {certificate: {from: -1h, to: 300d}}}}
  expect: silent
"""


def _test(*arguments: str | Path) -> Result:
    return CliRunner().invoke(rules, ["test", *map(str, arguments)])


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A rule file of one's own: a shipped rule, with two tests."""
    file = tmp_path / "zones" / SHIPPED.name
    file.parent.mkdir()
    rule = SHIPPED.read_text(encoding="utf-8").partition("\nsurvivors:")[0].partition("\ntests:")[0]
    file.write_text(f"{rule}\n{TESTS}", encoding="utf-8")
    return file


def test_rules_are_named_by_id_or_by_file(copy: Path) -> None:
    """A file stands for the rule in it, wherever it is; a rule named twice is tested once."""
    assert _test(RULE).output == f"{COUNT} passed, 0 failed\n"
    assert _test(copy).output == "2 passed, 0 failed\n"
    base, ids = selected([str(copy), RULE], [])
    assert ([RULE], str(copy)) == (ids, base.rules[RULE].file)


def test_a_named_rule_is_read_without_the_others() -> None:
    """So that one rule's tests take no time for the rest; all are read where none is named."""
    assert [RULE] == list(selected([RULE], [])[0].rules)
    assert list(rule_base().rules) == selected([], [])[1]


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("zones/certificate-not-yet-vald", f"did you mean {RULE}"),
        ("zones/none.yaml", "there is no file zones/none.yaml"),
    ],
)
def test_an_unknown_rule_is_refused(name: str, says: str) -> None:
    """A wrong name is answered with what it may have been, a wrong path with the path."""
    with pytest.raises(UnknownNameError, match=says):
        selected([name], [])


def test_a_failed_test_names_the_condition(copy: Path) -> None:
    """The line of the condition that stopped the rule, and the value that it found."""
    text = copy.read_text(encoding="utf-8").replace("from: 1d, to: 300d", "from: -1d, to: 300d")
    copy.write_text(text, encoding="utf-8")
    done = _test(copy)
    assert done.exit_code == 1
    assert f"FAILED {RULE}: the Expressway-E's certificate begins tomorrow" in done.output
    assert f"{copy}:9: no link_check" in done.output
    assert "wanted reason: not_yet_valid, it has none" in done.output


def _result(name: str, explanation: str) -> RuleTestResult:
    trial = Trial(RuleTest(name=name, facts=[], expect="silent"), None)
    return RuleTestResult("zones/r", "rules/zones/r.yaml", trial, explanation, 0.25)


def _parsed(text: str) -> ElementTree.Element:
    return ElementTree.fromstring(text.encode("utf-8"))  # noqa: S314  our own output


def test_junit_is_read_back() -> None:
    """Suites by rule, a failure with its explanation, sums, and nothing that breaks XML."""
    hostile = 'a]]> & <b> "c" \x00\x1b[31m \ud800 \ufffe 證書\n  second line'
    results = [_result("good", ""), _result("bad <&> \x07", hostile)]
    text = as_junit(results)
    top = _parsed(text)
    assert ("2", "1", "0.500") == tuple(top.get(key) for key in ("tests", "failures", "time"))
    (suite,) = top
    good, bad = suite.findall("testcase")
    assert ("zones/r", "good", None) == (
        good.get("classname"),
        good.get("name"),
        good.find("failure"),
    )
    assert "bad <&> \ufffd" == bad.get("name")
    failure = bad.find("failure")
    assert failure is not None
    assert failure.text == hostile.translate(
        {0: "\ufffd", 0x1B: "\ufffd", 0xD800: "\ufffd", 0xFFFE: "\ufffd"}
    )


def test_junit_from_the_command_line() -> None:
    """The whole output is one XML document, with a case for each test."""
    top = _parsed(_test(RULE, "--format", "junit").output)
    names = [case.get("name") for case in top.iter("testcase")]
    assert names == [test.name for test in rule_base().rules[RULE].rule.tests]


@pytest.mark.parametrize("option", ["--mutate", "--coverage", "--watch"])
def test_junit_holds_results_only(option: str) -> None:
    """What JUnit has no place for is refused."""
    assert _test(RULE, "--format", "junit", option).exit_code == 2


def test_mutants_that_survive_are_told_with_their_line(copy: Path) -> None:
    """Each with the file and line of the condition, and a score; an accepted one is not told."""
    lines = copy.read_text(encoding="utf-8").splitlines()
    where = next(n for n, line in enumerate(lines, 1) if line.strip().startswith("where: {link"))
    done = _test(copy, "--mutate")
    assert done.exit_code == 1
    assert f"{copy}:{where}: no test notices: drop link.enforced" in done.output
    accepted = 'survivors: [{mutant: drop link.enforced, why: "nothing else is enforced"}]\n'
    copy.write_text("\n".join(lines) + "\n" + accepted, encoding="utf-8")
    again = _test(copy, "--mutate").output
    assert "drop link.enforced" not in again
    assert "1 accepted" in again


def test_coverage_names_what_no_test_tries(copy: Path) -> None:
    """Evidence that no test has is named with its line."""
    lines = copy.read_text(encoding="utf-8").splitlines()
    where = 1 + lines.index("- let: clock")
    assert f"{copy}:{where}: no test has the alarm" in _test(copy, "--coverage").output


def test_saved_and_new_files_are_seen(tmp_path: Path) -> None:
    """A file that was saved is told once, and so is a new one; a deleted one is not."""
    first, second = tmp_path / "a.yaml", tmp_path / "b.yaml"
    first.write_text("1")
    steps: Iterator[None] = iter(())

    def edit() -> Iterator[None]:
        first.write_text("12")
        yield
        second.write_text("1")
        yield
        first.unlink()
        yield
        os.utime(second, ns=(1, 1))
        yield

    steps = edit()
    seen = changes(lambda: sorted(tmp_path.glob("*")), lambda: next(steps))
    assert [[first], [second], [second]] == list(itertools.islice(seen, 3))


def test_watching_tests_what_is_saved_until_it_is_stopped(
    copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A broken file is told with its place, a mended one is tested; Ctrl-C ends it quietly."""
    good = copy.read_text(encoding="utf-8")
    edits = iter([good.replace("status: active", "status: actve"), good])
    told: list[str] = []

    def pause(seconds: float) -> None:
        for text in edits:
            copy.write_text(text, encoding="utf-8")
            return
        raise KeyboardInterrupt

    monkeypatch.setattr("certclinic.app.authoring.rule_watch.time.sleep", pause)
    watch_rules([str(copy)], [], told.append)
    first, _, broken, mended, _ = told
    assert first == mended == "2 passed, 0 failed"
    assert "'actve' is not a value of 'status'" in broken
