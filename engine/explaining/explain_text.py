"""Explanations as an indented text for people."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from ..facts import Fact
from ..plan import SEEN
from ..rulefile.literals import as_written
from ..vocabulary import COVERAGE, Kind, Vocabulary
from .explain import Step, Why, WhyNot
from .fact_changes import FactChange
from .would_fire import WouldFire

MAX_VALUE = 100
MAX_FIELDS = 10


def as_text(
    explanations: Iterable[Why | WhyNot | WouldFire],
    facts: Mapping[str, Fact],
    vocabulary: Vocabulary,
) -> str:
    """Each explanation with its conditions, lines of the rule file, and facts by content."""
    return "\n".join(
        _why(one, facts, vocabulary)
        if isinstance(one, Why)
        else _would_fire(one, facts, vocabulary)
        if isinstance(one, WouldFire)
        else _why_not(one, facts, vocabulary)
        for one in explanations
    )


def _why(one: Why, facts: Mapping[str, Fact], vocabulary: Vocabulary) -> str:
    lines = [f"{one.rule} holds (alternative {one.branch})"]
    branches = [[_met(step, facts, vocabulary)] for step in one.steps]
    branches += [[f"✓ no {condition}"] for condition in one.absent]
    branches += [
        [f"+ besides: {fact_text(facts[step.fact], vocabulary, step.fields)}"]
        for step in one.supports
    ]
    branches += [
        [f"- against it: {fact_text(facts[step.fact], vocabulary, step.fields)}"]
        for step in one.against
    ]
    return "\n".join([*lines, *_tree(branches)])


def _would_fire(one: WouldFire, facts: Mapping[str, Fact], vocabulary: Vocabulary) -> str:
    """The conditions as a tree, and under those that are not met what would meet them."""
    number = len(one.changes)
    needed = "this one change" if number == 1 else f"these {number} changes together"
    title = f"it would with {needed} (alternative {one.branch}, {one.file})"
    branches = []
    for met in sorted(one.conditions, key=lambda met: met.line):
        wanted = met.condition if met.fact is not None else f"no {met.condition}"
        if met.changes:
            told = [f"  → if {_change(c, facts, vocabulary, met.fields)}" for c in met.changes]
            branches.append([f"✗ line {met.line}: wanted {wanted}", *told])
        elif met.fact is not None and met.fact in facts:
            step = Step(met.condition, met.line, met.fact, met.fields)
            branches.append([_met(step, facts, vocabulary)])
        else:
            branches.append([f"✓ line {met.line}: {wanted}"])
    return "\n".join([title, *_tree(branches)])


def _change(
    change: FactChange, facts: Mapping[str, Fact], vocabulary: Vocabulary, first: Sequence[str]
) -> str:
    """A change as the second half of a sentence that begins with "if"."""
    if change.type == COVERAGE:
        known = facts[change.fact].values if change.fact else {}
        topic = change.values.get("topic", known.get("topic"))
        host = change.values.get("host", known.get("host"))
        were = "were not" if change.kind == "remove" else "were"
        return f"the {str(topic).replace('_', ' ')} of {host} {were} among the inputs"
    if change.kind == "add":
        return f"there were {fact_text(Fact('', change.type, change.values), vocabulary, first)}"
    if change.fact is None:
        raise ValueError("only a fact that is added has no id")
    fact = facts[change.fact]
    if change.kind == "remove":
        return f"this weren't there: {fact_text(fact, vocabulary, first)}"
    values = " and ".join(
        f"{name} were {_value_or_missing(value, kind)}"
        f" (it is {_value_or_missing(fact.values.get(name), kind)})"
        for name, value in change.values.items()
        for kind in [_kind(vocabulary, fact.type, name)]
    )
    return f"{values} in {fact_text(fact, vocabulary, first)}"


def _value_or_missing(value: object, kind: Kind) -> str:
    return "missing" if value is None else value_text(value, kind)


def _kind(vocabulary: Vocabulary, fact_type: str, field: str) -> Kind:
    """The kind of a field's values; a count has no type and is a number."""
    kind = vocabulary.types.get(fact_type)
    return kind.fields[field].kind if kind and field in kind.fields else "number"


def _tree(branches: Sequence[Sequence[str]]) -> list[str]:
    """Lines of branches under a trunk; the first line of each is its name."""
    lines = []
    for number, (name, *inner) in enumerate(branches, 1):
        last = number == len(branches)
        lines.append(("└─ " if last else "├─ ") + name)
        lines += [("   " if last else "│  ") + line for line in inner]
    return lines


def _met(step: Step, facts: Mapping[str, Fact], vocabulary: Vocabulary) -> str:
    fact = facts[step.fact]
    if fact.type.startswith(SEEN):
        return f"✓ line {step.line}: {step.condition}"
    return f"✓ line {step.line}: {fact_text(fact, vocabulary, step.fields)}"


def _why_not(one: WhyNot, facts: Mapping[str, Fact], vocabulary: Vocabulary) -> str:
    lines = [f"{one.rule} does not hold (alternative {one.branch})"]
    lines += [f"  {_met(step, facts, vocabulary)}" for step in one.held]
    place = f"{one.file}:{one.line}"
    if one.cause == "blocked":
        lines.append(f"  ✗ {place}: there must be no {one.condition}, but there is")
        lines += [
            f"      {fact_text(facts[fact_id], vocabulary, one.fields)}" for fact_id in one.blocking
        ]
    elif one.cause == "not-seen":
        topics = ", ".join(one.topics)
        lines.append(f"  ✗ {place}: the inputs do not show {topics} of {one.host}")
    else:
        lines.append(f"  ✗ {place}: no {one.condition}")
        lines += [
            f"      undecided: {fact_text(facts[fact_id], vocabulary, one.fields)}"
            for fact_id in one.undecided
        ]
        for miss in one.near:
            lines.append(f"      nearest: {fact_text(facts[miss.fact], vocabulary, one.fields)}")
            for test in miss.failed:
                kind = _kind(vocabulary, one.type, test.field)
                actual = (
                    f"is {value_text(test.actual, kind)}" if test.actual is not None else "has none"
                )
                lines.append(f"        wanted {test.wanted}, it {actual}")
    return "\n".join(lines)


def fact_text(fact: Fact, vocabulary: Vocabulary, first: Sequence[str] = ()) -> str:
    """A fact on one line: at most ten fields, some of them first, long values shortened."""
    names = dict.fromkeys([*(name for name in first if name in fact.values), *fact.values])
    values = [
        f"{name}: {value_text(value, _kind(vocabulary, fact.type, name))}"
        for name in names
        if (value := fact.values[name]) is not None
    ]
    shown = [*values[:MAX_FIELDS], "…"] if len(values) > MAX_FIELDS else values
    return f"{fact.type} {{{', '.join(shown)}}}"


def value_text(value: object, kind: Kind = "text") -> str:
    """A value on one line as rules write it, shortened to 100 characters."""
    value = as_written(kind, value)
    if isinstance(value, tuple):
        text = "[" + ", ".join(map(str, value)) + "]"
    else:
        text = str(value).lower() if isinstance(value, bool) else str(value)
    printable = "".join(c if c.isprintable() else "�" for c in text)
    return printable if len(printable) <= MAX_VALUE else printable[: MAX_VALUE - 1] + "…"
