"""Random rules and facts over the small vocabulary."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

TYPES = ("thing", "part")
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "host": st.sampled_from(["core1", "edge1"]),
    "name": st.sampled_from(["a", "證"])
    | st.sampled_from(["a", "b", 'x"y', "", "a\\\n", "b" * 5000, "b" * 4999 + "c"]),
    "number": st.sampled_from([1, 1, 2, -1, 10**17]),
    "flag": st.booleans(),
    "state": st.sampled_from(["ok", "fail"]),
    "version": st.sampled_from(["X14.2", "X14.10", "X14.2.0"]),
    "time": st.sampled_from([0, 1_700_000_000]),
    "names": st.lists(st.sampled_from(["a", "b", "core1"]), min_size=1, max_size=3),
}
TEXT_FIELDS = ("host", "name", "state")
ORDERED = ("number", "version", "time")


def _literals(field: str) -> st.SearchStrategy[Any]:
    """A test of one field against a value."""
    value = VALUES[field]
    exists = st.fixed_dictionaries({"exists": st.booleans()})
    if field == "names":
        return exists | st.fixed_dictionaries({"contains": st.sampled_from(["a", "core1"])})
    choices = [value, st.fixed_dictionaries({"not": value}), exists]
    if field != "flag":
        choices.append(st.fixed_dictionaries({"in": st.lists(value, min_size=1, max_size=2)}))
    if field in ORDERED:
        choices += [st.fixed_dictionaries({op: value}) for op in ("lt", "le", "gt", "ge")]
    if field == "name":
        choices += [st.just({"matches": "^[ab]"}), st.just({"ends_with": "c"})]
    return st.one_of(choices)


def _joins(aliases: list[str]) -> st.SearchStrategy[tuple[str, Any]]:
    """A test of one field against a field of an earlier fact."""
    refs = st.sampled_from(aliases)

    def of(field: str) -> st.SearchStrategy[tuple[str, Any]]:
        if field == "names":
            other = st.tuples(refs, st.sampled_from(["name", "host"]))
            return other.map(lambda r: (field, {"contains": f"${r[0]}.{r[1]}"}))
        others = TEXT_FIELDS if field in TEXT_FIELDS else (field,)
        ops = ["eq", "not", *(("lt", "le", "gt", "ge") if field in ORDERED else ())]
        return st.tuples(refs, st.sampled_from(others), st.sampled_from(ops)).map(
            lambda r: (field, f"${r[0]}.{r[1]}" if r[2] == "eq" else {r[2]: f"${r[0]}.{r[1]}"})
        )

    return st.sampled_from([*VALUES, "names"]).flatmap(of)


@st.composite
def _condition(draw: st.DrawFn, aliases: list[str]) -> dict[str, Any]:
    literal = st.sampled_from(list(VALUES)).flatmap(lambda f: st.tuples(st.just(f), _literals(f)))
    tests = _joins(aliases) | _joins(aliases) | literal if aliases else literal
    size = 2 if aliases else 1
    where = dict(draw(st.lists(tests, max_size=size, unique_by=lambda test: test[0])))
    return {"fact": draw(st.sampled_from(TYPES)), "where": where}


@st.composite
def _rule(draw: st.DrawFn) -> dict[str, Any]:
    when: list[dict[str, Any]] = []
    aliases: list[str] = []
    for alias in ("a", "b", "c")[: draw(st.integers(1, 3))]:
        when.append({"let": alias, **draw(_condition(aliases))})
        aliases.append(alias)
    if draw(st.booleans()):
        count = {
            "fact": draw(st.sampled_from(TYPES)),
            "at_least": draw(st.integers(1, 2)),
            "as": "n",
        }
        when.append({"count": {**count, "where": {"host": "$a.host"}}})
    if draw(st.booleans()):
        when.append({"any": [draw(_condition(aliases)), [draw(_condition(aliases))]]})
    if draw(st.booleans()):
        absent = draw(_condition(aliases))
        if draw(st.booleans()):
            absent["where"]["host"] = "$a.host"
        else:
            absent["assume_complete"] = True
        when.append({"none": absent})
    return {"when": when}


@st.composite
def rule_sets(draw: st.DrawFn) -> dict[str, dict[str, Any]]:
    """One to three rules, and one that reads what the first concludes."""
    rules = {f"area/r{n}": draw(_rule()) for n in range(draw(st.integers(1, 3)))}
    reader = {"let": "a", "fact": "finding", "where": {"rule": "area/r0", "symptom": "EXW-001"}}
    rules["area/reader"] = {"symptom": "EXW-002", "nodes": ["$a.node"], "when": [reader]}
    if draw(st.booleans()):
        rules["area/reader"]["when"].append({"fact": "part", "where": {"host": "$a.node"}})
    return rules


_OTHERS = {field: value for field, value in VALUES.items() if field != "host"}
_FULL = st.fixed_dictionaries({"host": VALUES["host"], **_OTHERS})
_SPARSE = st.fixed_dictionaries({"host": VALUES["host"]}, optional=_OTHERS)
_FACT = st.tuples(st.sampled_from(TYPES), _FULL | _SPARSE)
_SEEN = st.sampled_from(["core1", "edge1"]).map(
    lambda host: ("coverage", {"host": host, "topic": "list", "state": "seen"})
)
FACTS = st.lists(_FACT | _FACT | _SEEN, min_size=4, max_size=9)
"""Facts as type and values, some of them what was seen."""
