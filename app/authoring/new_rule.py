"""`certclinic rules new`: a rule that lints, for its author to fill in."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, get_args

import click

from ...engine.authoring.lint_texts import TO_FILL_IN
from ...engine.rulefile.model import Severity
from ...engine.rulefile.packs import PACK_FILE
from ...engine.vocabulary import FINDING, FactType, Field, did_you_mean
from ..knowledge import symptoms
from ..rule_base import fact_vocabulary, schema_text
from ..suggestion import UnknownNameError, closest

_USED = re.compile(r"^symptom:\s*(\S+)", re.MULTILINE)
RULE_ID = re.compile(r"[a-z0-9][a-z0-9-]*/[a-z0-9][a-z0-9-]*")
_SYMPTOM = re.compile(r"(EXW|UCM|CLI)-(\d{3})([a-z]?)")
_PREFIXES = {"unified-cm": "UCM", "clients": "CLI"}
EN, ZH_HANT = TO_FILL_IN


class NewRuleError(ValueError):
    """The rule can't be written; the text says why and what to do."""


@dataclass(frozen=True)
class Draft:
    """What is known of the rule. Titles are None where they are to be filled in."""

    rule_id: str
    symptom: str
    fact: str
    severity: str
    title_en: str | None
    title_zh_hant: str | None


Ask = Callable[..., Any]
"""`click.prompt`: asks, checks and asks again."""


def draft_rule(
    rule_id: str, folder: Path, given: Mapping[str, str | None], ask: Ask | None
) -> Draft:
    """The draft from options by name; what they don't say is asked for, or has a default.

    Raises NewRuleError, or UnknownNameError for a name that rules can't use.
    """
    if not RULE_ID.fullmatch(rule_id):
        hint = "lower-case letters, digits and hyphens, as in zones/peer-without-name"
        raise NewRuleError(f"'{rule_id}' can't be the id of a rule; write AREA/NAME in {hint}")
    if (folder / f"{rule_id}.yaml").exists():
        raise NewRuleError(f"{folder / rule_id}.yaml is there already; choose another name")
    taken = _taken(folder)

    def value(key: str, question: str, default: str, check: Callable[[str], str]) -> str:
        told = given.get(key)
        if told is None and ask is not None:
            return str(ask(question, default=default, value_proc=_again(check)))
        return check(default if told is None else told)

    symptom = value(
        "symptom",
        "Symptom",
        _next_symptom(rule_id.partition("/")[0], taken),
        lambda word: _checked_symptom(word, taken),
    )
    fact = value("fact", "Fact type to begin with", "node", _checked_fact)
    severity = value("severity", "Severity (info, warning, critical)", "warning", _checked_severity)
    title_en = value("title_en", "Title in English", "", str)
    title_zh = value("title_zh_hant", "Title in Traditional Chinese", "", str)
    return Draft(rule_id, symptom, fact, severity, title_en or None, title_zh or None)


def _again(check: Callable[[str], str]) -> Callable[[str], str]:
    """The check as a question has it: what is wrong is told, and asked for again."""

    def checked(word: str) -> str:
        try:
            return check(word)
        except ValueError as error:
            raise click.UsageError(str(error)) from None

    return checked


def _taken(folder: Path) -> set[str]:
    """The symptom ids of the catalogue and of the rules in a folder, whether they load or not."""
    own = {
        found[1]
        for file in folder.glob("*/*.yaml")
        for found in _USED.finditer(file.read_text(encoding="utf-8", errors="replace"))
    }
    return own | {row.id for row in symptoms()}


def _next_symptom(area: str, taken: Iterable[str]) -> str:
    """The lowest id above all that are taken, by the area's prefix."""
    prefix = _PREFIXES.get(area, "EXW")
    numbers = [int(m[2]) for one in taken if (m := _SYMPTOM.fullmatch(one)) and m[1] == prefix]
    return f"{prefix}-{max(numbers, default=0) + 1:03}"


def _checked_symptom(symptom: str, taken: Iterable[str]) -> str:
    """A symptom id as it is. Raises UnknownNameError where it has another form."""
    if not _SYMPTOM.fullmatch(symptom):
        hint = closest(symptom, sorted(taken))
        raise UnknownNameError(f"{symptom} is no symptom id such as EXW-033{hint}")
    return symptom


def _checked_fact(fact: str) -> str:
    """A fact type as it is. Raises UnknownNameError where there is none of the name."""
    known = fact_vocabulary().types
    if fact not in known:
        raise UnknownNameError(f"there is no fact {fact} ({did_you_mean(fact, known)})")
    return fact


def _checked_severity(severity: str) -> str:
    known = get_args(Severity)
    if severity not in known:
        raise UnknownNameError(f"{severity} is no severity ({did_you_mean(severity, known)})")
    return severity


def rule_folder(given: Path | None) -> Path:
    """Where the rule goes: the folder given, `./rules`, or this folder if it holds rules.

    Raises NewRuleError where none of them is meant for rules.
    """
    if given is not None:
        return given
    for folder in (Path("rules"), Path()):
        if (folder / PACK_FILE).is_file() or any(folder.glob("*/*.yaml")):
            return folder
    raise NewRuleError("there is no folder of rules here; name one with --rules DIR")


def write_rule(draft: Draft, folder: Path) -> list[Path]:
    """Write the rule, and what its folder lacks: the schema, and the pack's name. The files.

    Nothing is overwritten. Raises OSError where a file can't be written.
    """
    texts = {
        f"{draft.rule_id}.yaml": rule_text(draft, fact_vocabulary().types[draft.fact]),
        "schema.json": schema_text(),
        PACK_FILE: _pack(folder),
    }
    written = []
    for name, text in texts.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        if not file.exists():
            with file.open("x", encoding="utf-8", newline="\n") as stream:
                stream.write(text)
            written.append(file)
    return written


def still_to_do(draft: Draft, folder: Path) -> str:
    """What the author does next."""
    steps = f"fill it in, then: certclinic rules lint {folder}"
    if draft.symptom in {row.id for row in symptoms()}:
        return steps
    titles = f"{draft.symptom}: {{en: …, zh-Hant: …}}"
    return f"{steps}\n{draft.symptom} is new: under symptoms in {folder / PACK_FILE} add {titles}"


def _pack(folder: Path) -> str:
    name = re.sub("[^a-z0-9]+", "-", folder.resolve().name.lower()).strip("-")[:40] or "rules"
    return f'name: {name}\nversion: "1"\nschema: 1\n'


def rule_text(draft: Draft, kind: FactType) -> str:
    """The rule file: every required key, both languages, a test that fires and one that doesn't."""
    alias = kind.name[:40]
    node = kind.host or next(name for name, field in kind.fields.items() if field.kind == "text")
    reference = f"${alias}.{node}"
    title_en = draft.title_en or f"{EN}: one line about {{{{ {alias}.{node} }}}}"
    title_zh = draft.title_zh_hant or f"{ZH_HANT}：一行標題{{{{ {alias}.{node} }}}}"
    example = json.dumps({"fact": kind.name, **_example(kind)}, ensure_ascii=False)
    fields = "\n".join(f"#   {line}" for line in _reference(kind))
    return f"""\
# yaml-language-server: $schema=../schema.json
symptom: {draft.symptom}
status: active
severity: {draft.severity}
confidence: probable
lifecycle: experimental
since: {date.today().isoformat()}
applies_to: [expressway_c, expressway_e]
# What must hold. A {kind.name} has these fields:
{fields}
when:
- let: {alias}
  fact: {kind.name}
  where: {{{_condition(kind)}}}
nodes: [{reference}]
text:
  title:
    en: {_quoted(title_en)}
    zh-Hant: {_quoted(title_zh)}
  cause:
    en: "{EN}: what happens, and why."
    zh-Hant: "{ZH_HANT}：現象與原因。"
  fix:
    en:
    - "{EN}: the first step of the cure."
    zh-Hant:
    - "{ZH_HANT}：第一個修復步驟。"
  verify:
    en:
    - "{EN}: how to see that the cure worked."
    zh-Hant:
    - "{ZH_HANT}：如何確認已修復。"
sources:
- {{title: "{EN}: title of the document that says so", confidence: M}}
# Better than single facts is a whole deployment, such as
#   deployment: {{nodes: {{edge1: {{hostname: edge_1}}}}}}
# and best a silent test that is almost the fault.
tests:
- name: "{EN}: the case that the rule is for"
  facts:
  - {example}
  expect: fire
- name: "{EN}: the case that comes nearest without being it"
  facts: []
  expect: silent
"""


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _condition(kind: FactType) -> str:
    """A first test; findings need one, since a rule can't read its own."""
    if kind.name == FINDING:
        return "symptom: EXW-030"
    state = kind.fields.get("state")
    return "state: fail" if state and "fail" in state.values else ""


def _reference(kind: FactType) -> list[str]:
    """A line for each field, with its values where they are few."""
    lines = []
    for name, field in kind.fields.items():
        values = f" ({', '.join(field.values)})" if 0 < len(field.values) <= 6 else ""
        lines.append(f"{name}: {field.doc}{values}")
    return lines


def _example(kind: FactType) -> Mapping[str, Any]:
    """Values of the fields that every such fact has, for which the new rule fires."""
    values = {
        name: _sample(name, field, kind)
        for name, field in kind.fields.items()
        if not field.optional
    }
    return values | dict([condition.split(": ")] if (condition := _condition(kind)) else ())


def _sample(name: str, field: Field, kind: FactType) -> Any:
    if name == kind.host or (kind.name == FINDING and name == "node"):
        return "edge1"
    samples: Mapping[str, Any] = {
        "text": field.starts[0] if field.starts else name.replace("_", "-"),
        "choice": field.values[0] if field.values else "",
        "number": 1,
        "flag": True,
        "version": "X15.5",
        "time": "2026-11-24T10:00:00Z",
        "list": [name],
    }
    return samples[field.kind]
