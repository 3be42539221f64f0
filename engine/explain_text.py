"""Explanations as an indented text for people."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from .explain import Step, Why, WhyNot
from .facts import Fact

MAX_VALUE = 100
MAX_FIELDS = 10


def as_text(explanations: Iterable[Why | WhyNot], facts: Mapping[str, Fact]) -> str:
    """Each explanation with its conditions, lines of the rule file, and facts by content."""
    return "\n".join(
        _why(one, facts) if isinstance(one, Why) else _why_not(one, facts) for one in explanations
    )


def _why(one: Why, facts: Mapping[str, Fact]) -> str:
    lines = [f"{one.rule} holds (alternative {one.branch})"]
    lines += _held(one.steps, facts)
    lines += [f"  and there is no {condition}" for condition in one.absent]
    lines += [f"  besides: {fact_text(facts[step.fact], step.fields)}" for step in one.supports]
    return "\n".join(lines)


def _why_not(one: WhyNot, facts: Mapping[str, Fact]) -> str:
    lines = [f"{one.rule} does not hold (alternative {one.branch})"]
    lines += _held(one.held, facts)
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


def _held(steps: Iterable[Step], facts: Mapping[str, Fact]) -> list[str]:
    return [f"  ✓ line {step.line}: {fact_text(facts[step.fact], step.fields)}" for step in steps]


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
