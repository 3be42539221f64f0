"""Explanations as an indented text for people."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from ..facts import Fact
from ..plan import SEEN
from ..vocabulary import COVERAGE
from .explain import Step, Why, WhyNot
from .fact_changes import FactChange
from .would_fire import WouldFire

MAX_VALUE = 100
MAX_FIELDS = 10


def as_text(explanations: Iterable[Why | WhyNot | WouldFire], facts: Mapping[str, Fact]) -> str:
    """Each explanation with its conditions, lines of the rule file, and facts by content."""
    return "\n".join(
        _why(one, facts)
        if isinstance(one, Why)
        else _would_fire(one, facts)
        if isinstance(one, WouldFire)
        else _why_not(one, facts)
        for one in explanations
    )


def _why(one: Why, facts: Mapping[str, Fact]) -> str:
    lines = [f"{one.rule} holds (alternative {one.branch})"]
    branches = [[_met(step, facts)] for step in one.steps]
    branches += [[f"✓ no {condition}"] for condition in one.absent]
    branches += [[f"+ besides: {fact_text(facts[s.fact], s.fields)}"] for s in one.supports]
    return "\n".join([*lines, *_tree(branches)])


def _would_fire(one: WouldFire, facts: Mapping[str, Fact]) -> str:
    """The conditions as a tree, and under those that are not met what would meet them."""
    number = len(one.changes)
    needed = "this one change" if number == 1 else f"these {number} changes together"
    title = f"it would with {needed} (alternative {one.branch}, {one.file})"
    branches = []
    for met in sorted(one.conditions, key=lambda met: met.line):
        wanted = met.condition if met.fact is not None else f"no {met.condition}"
        if met.changes:
            told = [f"  → if {change_text(c, facts, met.fields)}" for c in met.changes]
            branches.append([f"✗ line {met.line}: wanted {wanted}", *told])
        elif met.fact is not None and met.fact in facts:
            branches.append([_met(Step(met.condition, met.line, met.fact, met.fields), facts)])
        else:
            branches.append([f"✓ line {met.line}: {wanted}"])
    return "\n".join([title, *_tree(branches)])


def change_text(change: FactChange, facts: Mapping[str, Fact], first: Sequence[str] = ()) -> str:
    """A change as the second half of a sentence that begins with "if"."""
    if change.type == COVERAGE:
        known = facts[change.fact].values if change.fact else {}
        topic = change.values.get("topic", known.get("topic"))
        host = change.values.get("host", known.get("host"))
        were = "were not" if change.kind == "remove" else "were"
        return f"the {str(topic).replace('_', ' ')} of {host} {were} among the inputs"
    if change.kind == "add":
        return f"there were {fact_text(Fact('', change.type, change.values), first)}"
    if change.fact is None:
        raise ValueError("only a fact that is added has no id")
    fact = facts[change.fact]
    if change.kind == "remove":
        return f"this weren't there: {fact_text(fact, first)}"
    values = " and ".join(
        f"{name} were {_value_or_none(value)} (it is {_value_or_none(fact.values.get(name))})"
        for name, value in change.values.items()
    )
    return f"{values} in {fact_text(fact, first)}"


def _value_or_none(value: object) -> str:
    return "missing" if value is None else value_text(value)


def _tree(branches: Sequence[Sequence[str]]) -> list[str]:
    """Lines of branches under a trunk; the first line of each is its name."""
    lines = []
    for number, (name, *inner) in enumerate(branches, 1):
        last = number == len(branches)
        lines.append(("└─ " if last else "├─ ") + name)
        lines += [("   " if last else "│  ") + line for line in inner]
    return lines


def _met(step: Step, facts: Mapping[str, Fact]) -> str:
    fact = facts[step.fact]
    if fact.type.startswith(SEEN):
        return f"✓ line {step.line}: {step.condition}"
    return f"✓ line {step.line}: {fact_text(fact, step.fields)}"


def _why_not(one: WhyNot, facts: Mapping[str, Fact]) -> str:
    lines = [f"{one.rule} does not hold (alternative {one.branch})"]
    lines += [f"  {_met(step, facts)}" for step in one.held]
    place = f"{one.file}:{one.line}"
    if one.cause == "blocked":
        lines.append(f"  ✗ {place}: there must be no {one.condition}, but there is")
        lines += [f"      {fact_text(facts[fact_id], one.fields)}" for fact_id in one.blocking]
    elif one.cause == "not-seen":
        topics = ", ".join(one.topics)
        lines.append(f"  ✗ {place}: the inputs do not show {topics} of {one.host}")
    else:
        lines.append(f"  ✗ {place}: no {one.condition}")
        lines += [
            f"      undecided: {fact_text(facts[fact_id], one.fields)}" for fact_id in one.undecided
        ]
        for miss in one.near:
            lines.append(f"      nearest: {fact_text(facts[miss.fact], one.fields)}")
            lines += [
                f"        wanted {test.wanted}, "
                + ("it has none" if test.actual is None else f"it is {value_text(test.actual)}")
                for test in miss.failed
            ]
    return "\n".join(lines)


def fact_text(fact: Fact, first: Sequence[str] = ()) -> str:
    """A fact on one line: at most ten fields, some of them first, long values shortened."""
    names = dict.fromkeys([*(name for name in first if name in fact.values), *fact.values])
    values = [f"{n}: {value_text(v)}" for n in names if (v := fact.values[n]) is not None]
    shown = [*values[:MAX_FIELDS], "…"] if len(values) > MAX_FIELDS else values
    return f"{fact.type} {{{', '.join(shown)}}}"


def value_text(value: object) -> str:
    """A value on one line, shortened to 100 characters."""
    if isinstance(value, tuple):
        text = "[" + ", ".join(map(str, value)) + "]"
    else:
        text = str(value).lower() if isinstance(value, bool) else str(value)
    printable = "".join(c if c.isprintable() else "�" for c in text)
    return printable if len(printable) <= MAX_VALUE else printable[: MAX_VALUE - 1] + "…"
