"""100 rules over 10,000 facts with one matcher: `matchers.py durable|reference|clips|native`.

Prints JSON: the seconds from rules and facts in memory to the firings in order, their number, and
a digest of them. `native` is durable-rules by itself: only what its own C code and its binding
spend, the facts put into its words beforehand.
"""

from __future__ import annotations

import hashlib
import json
import random
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from importlib import import_module

from certclinic.engine.facts import Fact
from certclinic.engine.matching.durable_matcher import match_durable
from certclinic.engine.matching.durable_rulesets import build_rulesets
from certclinic.engine.matching.durable_worker import answer_request
from certclinic.engine.matching.reference import MAX_MATCHES, FactIndex, Firing, match_branch
from certclinic.engine.plan import Branch, Pattern, Ref, Test

_RULES, _FACTS = 100, 10_000
_TYPES = tuple(f"kind{number}" for number in range(10))
_HOSTS, _STATES, _PORTS = 200, 20, 100
_FIELDS = ("host", "state", "port")


def facts() -> list[Fact]:
    """As many of every type, on nodes, in states and with numbers that are drawn."""
    draw = random.Random(1)  # noqa: S311
    return [
        Fact(
            f"f{number}",
            _TYPES[number % len(_TYPES)],
            {
                "host": f"node{draw.randrange(_HOSTS)}.example.com",
                "state": f"state{draw.randrange(_STATES)}",
                "port": draw.randrange(_PORTS),
            },
        )
        for number in range(_FACTS)
    ]


def branches() -> list[Branch]:
    """As shipped rules have them: a state, joined with a fact of its node, and an absence there."""
    return [
        Branch(
            f"r{number}",
            1,
            (
                Pattern("a", _kind(number), (Test("state", "eq", _state(number)),)),
                Pattern(
                    "b",
                    _kind(number + 1),
                    (Test("port", "ge", number % _PORTS), Test("host", "eq", Ref("a", "host"))),
                ),
            ),
            (
                Pattern(
                    "c",
                    _kind(number + 2),
                    (
                        Test("state", "eq", _state(number + 1)),
                        Test("host", "eq", Ref("a", "host")),
                    ),
                ),
            ),
        )
        for number in range(_RULES)
    ]


def durable(rules: Sequence[Branch], given: Sequence[Fact]) -> list[Firing]:
    """What the program does by itself."""
    notes: list[str] = []
    found = match_durable(rules, FactIndex(given), notes)
    if notes:
        raise RuntimeError(notes[0])
    return found


def reference(rules: Sequence[Branch], given: Sequence[Fact]) -> list[Firing]:
    """The reference matcher of the program."""
    index = FactIndex(given)
    return [firing for rule in rules for firing in match_branch(rule, index)]


def clips(rules: Sequence[Branch], given: Sequence[Fact]) -> list[Firing]:
    """CLIPS, firings read from its agenda. Facts loaded as text take it longer."""
    engine = import_module("clips").Environment()  # has no type hints
    slots = " ".join(f"(slot {name})" for name in ("id", *_FIELDS))
    for kind in _TYPES:
        engine.build(f"(deftemplate {kind} {slots})")
    for rule in rules:
        engine.build(_construct(rule))
    templates = {kind: engine.find_template(kind) for kind in _TYPES}
    for fact in given:
        templates[fact.type].assert_fact(id=fact.id, **fact.values)
    return list(_agenda(str(activation) for activation in engine.activations()))


def _construct(rule: Branch) -> str:
    """A rule as CLIPS writes it; patterns share the node's name."""
    conditions = [_condition(pattern) for pattern in rule.patterns]
    conditions += [f"(not {_condition(absence)})" for absence in rule.absences]
    return f"(defrule {rule.rule} {' '.join(conditions)} =>)"


def _condition(pattern: Pattern) -> str:
    slots = {"host": "?host"}
    for test in pattern.literals:
        slots[test.field] = (
            f"?{test.field}&:(>= ?{test.field} {test.value})"
            if test.op == "ge"
            else json.dumps(test.value)
        )
    return f"({pattern.type} {' '.join(f'({name} {value})' for name, value in slots.items())})"


def _agenda(activations: Iterator[str]) -> Iterator[Firing]:
    """Firings from lines such as `0 r1: f-2,f-1,*`; facts are numbered from 1 as they came."""
    for activation in activations:
        head, _, matched = activation.partition(": ")
        first, second = (int(name[2:]) - 1 for name in matched.split(",")[:2])
        yield Firing(head.split()[1], 1, (("a", f"f{first}"), ("b", f"f{second}")))


def native(rules: Sequence[Branch], given: Sequence[Fact]) -> tuple[list[Firing], float]:
    """durable-rules in this process, and the seconds of its own work alone."""
    index = FactIndex(given)
    rulesets = build_rulesets(rules)
    prepared = [(ruleset, *ruleset.facts(index)) for ruleset in rulesets]
    request = {
        "limit": MAX_MATCHES,
        "rulesets": [{"rules": ruleset.rules, "facts": told} for ruleset, told, _ in prepared],
    }
    begin = time.perf_counter()
    answer = answer_request(request)
    seconds = time.perf_counter() - begin
    firings = [
        Firing(
            prepared[number][0].branches[rule].rule,
            1,
            tuple(zip("ab", (prepared[number][2][name] for name in matched), strict=True)),
        )
        for number, rule, matched in answer["firings"]
    ]
    return firings, seconds


def _kind(number: int) -> str:
    return _TYPES[number % len(_TYPES)]


def _state(number: int) -> str:
    return f"state{number % _STATES}"


def main(name: str) -> None:
    """Print what one matcher found, and in what time."""
    rules, given = branches(), facts()
    begin = time.perf_counter()
    if name == "native":
        found, seconds = native(rules, given)
    else:
        found = _MATCHERS[name](rules, given)
        seconds = time.perf_counter() - begin
    digest = hashlib.sha256(repr(sorted(found)).encode()).hexdigest()
    print(json.dumps({"seconds": seconds, "firings": len(found), "digest": digest}))


_MATCHERS: dict[str, Callable[[Sequence[Branch], Sequence[Fact]], list[Firing]]] = {
    "durable": durable,
    "reference": reference,
    "clips": clips,
}

if __name__ == "__main__":
    main(sys.argv[1])
