"""`rules new` writes a rule that lints, and never over anything."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from certclinic.app.authoring.new_rule import Draft, NewRuleError, draft_rule, rule_text
from certclinic.app.cli import cli
from certclinic.app.rule_base import fact_vocabulary, schema_text
from certclinic.app.suggestion import UnknownNameError
from certclinic.engine.authoring.lint import lint
from certclinic.engine.facts import Fact
from certclinic.engine.matching.match import run
from certclinic.engine.problems import Problem
from certclinic.engine.rule_base import RuleBase, stratify
from certclinic.engine.rulefile.loader import load_rule


@pytest.mark.parametrize("fact", sorted(fact_vocabulary().types))
def test_a_new_rule_lints_and_its_tests_hold_for_every_fact(fact: str) -> None:
    """Only what is to be filled in is told; the firing stub fires, the silent one does not."""
    vocabulary = fact_vocabulary()
    draft = Draft("zones/mine", "EXW-999", fact, "warning", None, None)
    text = rule_text(draft, vocabulary.types[fact])
    problems: list[Problem] = []
    loaded = load_rule("zones/mine", "mine.yaml", text.encode(), vocabulary, problems)
    assert problems == [], "\n".join(map(str, problems))
    assert loaded is not None
    rule = loaded[0]
    base = RuleBase({rule.id: rule}, stratify({rule.id: rule}), vocabulary)

    assert {"to-fill-in"} == {p.code for p in lint({rule.id: loaded}, vocabulary, {})}
    assert [test.expect for test in rule.rule.tests] == ["fire", "silent"]
    for test in rule.rule.tests:
        given = [
            Fact(f"t{n}", f.fact, {k: tuple(v) if isinstance(v, list) else v
                                   for k, v in (f.model_extra or {}).items()})
            for n, f in enumerate(test.facts or ())
        ]  # fmt: skip
        outcome = run(base, given, "reference")
        assert bool(outcome.firings) == (test.expect == "fire"), outcome.notes


def _run(*arguments: str, answers: str | None = None) -> tuple[int, str]:
    done = CliRunner().invoke(cli, ["rules", "new", *arguments], input=answers)
    return done.exit_code, done.output + str(done.exception or "")


def test_a_folder_gets_what_it_lacks(tmp_path: Path) -> None:
    """Rule, schema for the editor, and the name of the pack; what is there stays."""
    folder = tmp_path / "My Rules"
    folder.mkdir()
    (folder / "pack.yaml").write_text('name: other\nversion: "7"\nschema: 1\n', "utf-8")
    code, _ = _run("zones/mine", "--rules", str(folder), "--title-en", 'The "zone" is down')

    assert 0 == code
    assert "name: other" in (folder / "pack.yaml").read_text("utf-8")
    assert schema_text() == (folder / "schema.json").read_text("utf-8")
    assert '    en: "The \\"zone\\" is down"\n' in (folder / "zones/mine.yaml").read_text("utf-8")


def test_a_rule_is_never_overwritten(tmp_path: Path) -> None:
    """A name that is taken is refused, and the file stays as it is."""
    taken = tmp_path / "zones" / "mine.yaml"
    taken.parent.mkdir()
    taken.write_text("symptom: EXW-500\n", "utf-8")

    with pytest.raises(NewRuleError, match="is there already"):
        draft_rule("zones/mine", tmp_path, {}, None)
    assert "symptom: EXW-500\n" == taken.read_text("utf-8")


@pytest.mark.parametrize(
    ("area", "next_one"), [("zones", "EXW-501"), ("unified-cm", "UCM-901"), ("clients", "CLI-801")]
)
def test_the_symptom_is_the_next_free_one_of_the_area(
    tmp_path: Path, area: str, next_one: str
) -> None:
    """Ids of the catalogue and of the folder's own rules are never given again."""
    for number, symptom in enumerate(("EXW-500", "UCM-900", "CLI-800")):
        file = tmp_path / "own" / f"r{number}.yaml"
        file.parent.mkdir(exist_ok=True)
        file.write_text(f"symptom: {symptom}\n: broken", "utf-8")

    assert next_one == draft_rule(f"{area}/mine", tmp_path, {}, None).symptom


@pytest.mark.parametrize(
    ("rule_id", "given", "error", "says"),
    [
        ("Mine", {}, NewRuleError, "AREA/NAME"),
        ("zones/../../mine", {}, NewRuleError, "AREA/NAME"),
        ("zones/mine", {"fact": "link_chek"}, UnknownNameError, "did you mean 'link_check'"),
        ("zones/mine", {"symptom": "EXW33"}, UnknownNameError, "did you mean EXW-033"),
    ],
)
def test_names_that_rules_cannot_use(
    tmp_path: Path, rule_id: str, given: dict[str, str | None], error: type[Exception], says: str
) -> None:
    """A wrong name is answered with the right one, and nothing is written."""
    with pytest.raises(error, match=says):
        draft_rule(rule_id, tmp_path, given, None)
    assert [] == list(tmp_path.iterdir())


def test_without_a_folder_of_rules_it_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where no folder looks like one of rules, the option is named."""
    monkeypatch.chdir(tmp_path)
    code, said = _run("zones/mine")

    assert 0 != code
    assert "--rules DIR" in said


def test_on_a_terminal_it_asks_and_asks_again(tmp_path: Path) -> None:
    """What no option says is asked for; a wrong answer is corrected, not taken."""
    asked: list[str] = []
    answers = {"Symptom": "EXW-033", "Fact type to begin with": "zone"}

    def ask(question: str, *, default: str, value_proc: object) -> str:
        asked.append(question)
        return answers.get(question, default)

    draft = draft_rule("zones/mine", tmp_path, {"severity": "info"}, ask)

    assert ("EXW-033", "zone", "info") == (draft.symptom, draft.fact, draft.severity)
    assert ["Symptom", "Fact type to begin with"] == asked[:2]
    assert not any("Severity" in question for question in asked)
