"""What the rules of a pack concluded when it was last released, and what has changed since.

The record is generated. It makes a changed conclusion, a rule that is gone and an id that is given
away a second time visible to lint, and the list of changes to readers of the catalogue.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated

from pydantic import Field, StrictInt, ValidationError

from ..problems import Problem, RuleProblems
from .model import Change, Day, Lifecycle, Part, Rule, RuleId, Symptom, Text
from .yaml_cache import read_yaml
from .yaml_source import Document

RELEASE_FILE = "data/release.yaml"
"""Where the record is kept, from the top of a pack."""

_NOT_CONCLUDED = {
    "text", "sources", "tests", "survivors", "lifecycle", "since", "changes", "deprecated",
    "fixes", "not_modelled",
}  # fmt: skip
_HEAD = """\
# What each rule concluded in the last release. Written by `certclinic rules lint --record`, never
# by hand; `rules lint` compares with it.
"""


class ReleasedRule(Part):
    """A rule as it was released. `changes` is the number of its change notes."""

    symptom: Symptom
    lifecycle: Lifecycle
    concludes: Annotated[str, Field(pattern=r"^[0-9a-f]{16}$")]
    changes: StrictInt


class Release(Part):
    """A released pack. `retired` has rules of earlier releases that are gone, by id, with the
    symptoms that they concluded."""

    version: Text
    date: Day
    rules: dict[RuleId, ReleasedRule]
    retired: dict[RuleId, Symptom] = Field(default_factory=dict)

    def concluded(self) -> dict[str, str]:
        """Every rule id that was ever given, with its symptom."""
        return {**self.retired, **{i: rule.symptom for i, rule in self.rules.items()}}

    def as_yaml(self) -> str:
        """The record as it is kept, a line for each rule."""
        lines = [f'version: "{self.version}"', f"date: {self.date}", "rules:"]
        lines += [
            f"  {i}: {{symptom: {r.symptom}, lifecycle: {r.lifecycle},"
            f' concludes: "{r.concludes}", changes: {r.changes}}}'
            for i, r in sorted(self.rules.items())
        ]
        if self.retired:
            lines.append("retired:")
            lines += [f"  {i}: {symptom}" for i, symptom in sorted(self.retired.items())]
        return _HEAD + "\n".join(lines) + "\n"


def read_release(file: str, raw: bytes) -> Release:
    """The record from the bytes of its file. Raises RuleProblems."""
    document, problems = read_yaml(file, raw)
    if document is None or problems:
        raise RuleProblems(problems)
    try:
        return Release.model_validate(document.data)
    except ValidationError as error:
        raise RuleProblems(
            document.problem(detail["loc"], detail["msg"], "write it anew with --record")
            for detail in error.errors(include_url=False)
        ) from None


def release(rules: Mapping[str, Rule], version: str, day: date, earlier: Release | None) -> Release:
    """The record of rules, by id, that are released on a day, after an earlier release."""
    given = earlier.concluded() if earlier else {}
    return Release(
        version=version,
        date=day.isoformat(),
        rules={
            rule_id: ReleasedRule(
                symptom=rule.symptom,
                lifecycle=rule.lifecycle,
                concludes=conclusion(rule),
                changes=len(rule.changes),
            )
            for rule_id, rule in rules.items()
        },
        retired={i: symptom for i, symptom in given.items() if i not in rules},
    )


def conclusion(rule: Rule) -> str:
    """A digest of what the rule concludes, and from what; words, fixes and tests don't count."""
    told = rule.model_dump(
        mode="json", by_alias=True, exclude=_NOT_CONCLUDED, exclude_defaults=True
    )
    text = json.dumps(told, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:16]


@dataclass(frozen=True)
class Difference:
    """How a rule differs from its release: `kind`, and the notes that it gives for that."""

    rule: str
    kind: str
    notes: tuple[Change, ...] = ()


def differences(last: Release, rules: Mapping[str, Rule]) -> Iterator[Difference]:
    """What was added, changed, deprecated, promoted and removed since a release, by rule id."""
    for rule_id in sorted({*last.rules, *rules}):
        before, now = last.rules.get(rule_id), rules.get(rule_id)
        if now is None:
            yield Difference(rule_id, "removed")
        elif before is None:
            yield Difference(rule_id, "added")
        elif before.lifecycle != now.lifecycle:
            yield Difference(rule_id, f"now {now.lifecycle}", tuple(now.changes[before.changes :]))
        elif before.concludes != conclusion(now):
            yield Difference(rule_id, "changed", tuple(now.changes[before.changes :]))


def release_problems(
    last: Release, file: str, rules: Mapping[str, tuple[Rule, Document]]
) -> Iterator[Problem]:
    """What a pack may not do to the rules of its last release, whose record is in `file`."""
    for rule_id, before in last.rules.items():
        if rule_id in rules:
            yield from _unsaid(last, before, *rules[rule_id])
        elif before.lifecycle == "stable":
            message = f"{rule_id} was in release {last.version} and is gone"
            hint = "put it back with lifecycle: deprecated and the reason"
            yield Problem(file, 1, 1, message, hint)
    yield from _given_away(last, rules)


def _unsaid(
    last: Release, before: ReleasedRule, rule: Rule, document: Document
) -> Iterator[Problem]:
    if rule.symptom != before.symptom:
        message = f"the rule concluded {before.symptom} in release {last.version}"
        hint = "a rule keeps its symptom; write a new rule and deprecate this one"
        yield document.problem(("symptom",), message, hint)
    elif (
        before.lifecycle == "stable" == rule.lifecycle
        and conclusion(rule) != before.concludes
        and len(rule.changes) <= before.changes
    ):
        message = f"what this stable rule concludes has changed since release {last.version}"
        hint = "add {date: …, note: …} to its changes"
        yield document.problem(("when",), message, hint, at_key=True)


def _given_away(last: Release, rules: Mapping[str, tuple[Rule, Document]]) -> Iterator[Problem]:
    """Ids that once meant something else: of rules that were gone, of symptoms without heirs."""
    before: dict[str, list[str]] = {}
    for rule_id, symptom in last.concluded().items():
        before.setdefault(symptom, []).append(rule_id)
    now: dict[str, list[str]] = {}
    for rule_id, (rule, _) in rules.items():
        now.setdefault(rule.symptom, []).append(rule_id)
    for rule_id, (rule, document) in rules.items():
        if rule_id in last.retired and rule_id not in last.rules:
            message = f"the id {rule_id} was given to a rule that is retired"
            yield document.problem((), message, "give the file another name")
        elif _strangers(before.get(rule.symptom, ()), now[rule.symptom]):
            known = ", ".join(sorted(before[rule.symptom]))
            message = f"{rule.symptom} was concluded by {known}, which no longer does"
            hint = "a symptom id is never given to another symptom; choose a new one"
            yield document.problem(("symptom",), message, hint)


def _strangers(before: Iterable[str], now: Iterable[str]) -> bool:
    earlier = set(before)
    return bool(earlier) and earlier.isdisjoint(now)
