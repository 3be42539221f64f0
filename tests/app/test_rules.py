"""The shipped rules: their own tests, both languages, safe rulesets, and the schema beside them."""

from __future__ import annotations

import json
from importlib import resources
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from certclinic.app.authoring.rule_tests import run_tests
from certclinic.app.rule_base import rule_base, schema_text
from certclinic.engine.matching.durable_rulesets import build_rulesets
from certclinic.engine.matching.safe_subset import MAX_PATTERNS_PER_TYPE, MAX_RULES, check_rules
from certclinic.engine.rulefile.yaml_source import parse_yaml

RULES = rule_base().rules
FOLDER = Path(str(resources.files("certclinic.rules")))
AREAS = sorted({rule_id.partition("/")[0] for rule_id in RULES})


@pytest.mark.parametrize("area", AREAS)
def test_the_tests_inside_rule_files_hold(area: str) -> None:
    """Every firing test fires, on the nodes it names, and every silent one is silent."""
    names = [rule_id for rule_id in RULES if rule_id.startswith(f"{area}/")]
    failed = [r for r in run_tests(rule_base(), names) if not r.passed]

    assert [] == [f"{r.rule}: {r.name}\n{r.explanation}" for r in failed]


@pytest.mark.parametrize("rule_id", sorted(RULES))
def test_a_rule_has_both_kinds_of_test_sources_and_languages(rule_id: str) -> None:
    """At least one firing and one silent test, a source, and every text in en and zh-Hant."""
    rule = RULES[rule_id].rule
    texts = (rule.text.title, rule.text.cause, rule.text.fix, rule.text.verify)

    assert {"fire", "silent"} == {test.expect for test in rule.tests}
    assert rule.sources
    assert all({"en", "zh-Hant"} <= set(text) for text in texts)
    assert len(rule.text.fix["en"]) == len(rule.text.fix["zh-Hant"])


def test_the_shipped_rules_stay_inside_the_safe_subset() -> None:
    """Every ruleset made for durable-rules holds all its invariants, and every branch is in one."""
    branches = [branch for rule in RULES.values() for branch in rule.branches]
    rulesets = build_rulesets(branches)

    assert len(branches) == sum(len(ruleset.branches) for ruleset in rulesets)
    for ruleset in rulesets:
        check_rules(ruleset.rules)
        conditions = json.dumps(ruleset.rules)
        assert len(ruleset.rules) <= MAX_RULES
        assert not any(f'"{op}"' in conditions for op in ("$or", "$mt", "$imt", "$iany", "$iall"))
        for rule in ruleset.rules.values():
            aliases = [next(iter(pattern)) for pattern in rule["all"]]
            gate = aliases.index("gate")
            assert all(alias.endswith("$not") for alias in aliases[gate + 1 :])
            assert not any(alias.endswith("$not") for alias in aliases[:gate])
    assert MAX_PATTERNS_PER_TYPE < 64


def test_the_schema_beside_the_rules_is_current() -> None:
    """rules/schema.json is what the models give: `certclinic rules schema > rules/schema.json`."""
    assert schema_text() == (FOLDER / "schema.json").read_text(encoding="utf-8")


def _data(file: Path) -> object:
    """A rule file read as YAML 1.2, as editors do: a date is text."""
    document, _ = parse_yaml(file.name, file.read_bytes())
    assert document is not None
    return document.data


def test_every_rule_file_is_valid_by_the_schema_and_names_it() -> None:
    """What an editor checks with the schema agrees with what the loader accepts."""
    validator = Draft202012Validator(json.loads(schema_text()))
    files = [FOLDER / f"{rule_id}.yaml" for rule_id in RULES]
    wrong = {
        file.name: error.message for file in files for error in validator.iter_errors(_data(file))
    }
    first = {file.read_text(encoding="utf-8").partition("\n")[0] for file in files}

    assert {} == wrong
    assert {"# yaml-language-server: $schema=../schema.json"} == first
