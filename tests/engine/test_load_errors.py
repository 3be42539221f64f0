"""Every mistake in a rule file is told with its place and a way out."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from importlib import resources
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from certclinic.engine.problems import Problem, RuleProblems
from certclinic.engine.rulefile.loader import load_rule, load_rules
from certclinic.engine.rulefile.yaml_source import MAX_BYTES, Location, parse_yaml
from certclinic.engine.vocabulary import Vocabulary

GOOD = """\
symptom: EXW-001
status: active
severity: critical
confidence: certain
since: 2026-11-24
applies_to: [core]
versions: {a: ">=X14.2 <X15"}
when:
- let: a
  fact: thing
  where: {name: x, number: {ge: 2}, state: ok}
- fact: part
  where:
    host: $a.host
- none:
    fact: part
    where: {host: $a.host, flag: true}
- count: {fact: thing, where: {host: $a.host}, at_least: 2, as: n}
supports:
- {let: s, fact: thing, where: {host: $a.host}}
nodes: [$a.host]
per: [$a.name]
text:
  title: {en: "title of {{ a.host }}", zh-Hant: "{{ a.host }}的標題"}
  cause: {en: cause, zh-Hant: 原因}
  fix: {en: [one], zh-Hant: [一]}
  verify: {en: [look], zh-Hant: [看]}
sources:
- {title: book, document: "1", confidence: H}
tests:
- {name: nothing, facts: [], expect: silent}
- {name: something, facts: [], expect: fire}
"""

# What to replace in GOOD, by what (§ stands before the place that must be named), message, hint.
MISTAKES = [
    ("symptom: EXW-001", "symptom: §EXW-1", "'EXW-1' is not a valid 'symptom'", "EXW-033"),
    ("status: active", "status: §actve", "'actve' is not a value of 'status'", "mean 'active'"),
    ("severity:", "§sevrity:", "unknown key 'sevrity'", "did you mean 'severity'?"),
    ("confidence: certain\n", "", "the required key 'confidence' is missing", ""),
    ("since: 2026-11-24", "since: §soon", "'soon' is not a valid 'since'", ""),
    ("applies_to: [core]", "applies_to: §core", "'applies_to' must be a list", ""),
    ("applies_to: [core]", "applies_to: [§14.2]", "must be text, but 14.2 is a number", "quotes"),
    ("applies_to: [core]", "applies_to: §[]", "'applies_to' must hold at least 1", ""),
    ('{a: ">=X14.2 <X15"}', "{a: §above X14}", "'above' is not a range", ">=X14.2 <X15.5"),
    ('{a: ">=X14.2 <X15"}', "{a: §'>=14.2-x'}", "'14.2-x' is not a release", "X14.3.4"),
    ('{a: ">=X14.2 <X15"}', "{§b: '>=X14.2'}", "'b' is not bound", "one of: a, n"),
    ('{a: ">=X14.2 <X15"}', "{§n: '>=X14.2'}", "has no version", ""),
    (
        "- let: a\n  fact: thing",
        "- let: a\n  fact: §thingg",
        "there is no fact 'thingg'",
        "mean 'thing'",
    ),
    ("- let: a\n", "- let: §A\n", "'A' is not a valid 'let'", ""),
    ("- fact: part\n", "- let: §a\n  fact: part\n", "the alias 'a' is used twice", "another name"),
    (
        "- fact: part\n  where:",
        "- fact: part\n  §were:",
        "unknown key 'were'",
        "did you mean 'where'?",
    ),
    ("{name: x,", "{§nmae: x,", "'thing' has no field 'nmae'", "did you mean 'name'?"),
    ("{name: x,", "{name: §5,", "5 must be text", "put it in quotes"),
    ("{name: x,", "{name: §[x, y],", "must be text", "{in: [...]}"),
    ("{name: x,", "{name: §~,", "None must be text", "{exists: false}"),
    ("{name: x,", "{name: {matches: §'(?=a)'},", "look-around is not supported", "of its own"),
    ("{name: x,", "{name: {matches: §5},", "must be text", "put it in quotes"),
    ("{name: x,", "{name: {matches: §'(a'},", "the regular expression can't be used", ""),
    ("{name: x,", "{name: {§lt: x},", "'lt' does not work on a text", ""),
    ("{name: x,", "{name: {§startswith: x},", "'startswith' is not an operator", "starts_with"),
    ("{name: x,", "{name: §{},", "'name' has no test", "an operator"),
    ("{name: x,", "{name: {in: §x},", "'in' needs a list", "[x]"),
    ("{name: x,", "{name: {in: [§$a.host]},", "'in' can't refer to another fact", ""),
    ("{name: x,", "{time: §yesterday,", "'yesterday' is not a time", "2026-11-24T08:00:00Z"),
    ("{name: x,", "{version: §14.2,", "must be a release as text", "put it in quotes"),
    ("{name: x,", "{names: §x,", "'names' is a list and can't equal a value", "contains"),
    ("{name: x,", "{flag: §yes,", "'yes' must be true or false", ""),
    ("number: {ge: 2}", "number: {ge: §two}", "'two' must be a whole number", ""),
    ("state: ok", "state: §okay", "'okay' is not a value of the field", "did you mean 'ok'?"),
    ("host: $a.host\n", "host: §$b.host\n", "called 'b'", "one of: a"),
    ("host: $a.host\n", "host: §$a.hots\n", "'thing' has no field 'hots'", "did you mean 'host'?"),
    ("host: $a.host\n", "host: §$a\n", "'$a' is not a reference", "$alias.field"),
    ("host: $a.host\n", "host: §$a.number\n", "a text can't be held against", ""),
    (
        "fact: part\n    where: {host: $a.host, flag",
        "fact: part\n    §where: {flag",
        "on which node",
        "assume_complete",
    ),
    ("as: n}", "as: n, §by: x}", "unknown key 'by'", "one of: as, at_least"),
    ("at_least: 2", "at_least: §0", "greater than or equal to 1", ""),
    ("nodes: [$a.host]", "nodes: [§a.host]", "'a.host' is not a valid", ""),
    ("nodes: [$a.host]", "nodes: [§$c.host]", "called 'c'", "one of: a, n"),
    ("per: [$a.name]", "per: [$a.name, §$a.nme]", "'thing' has no field 'nme'", "mean 'name'"),
    ('{{ a.host }}", zh', '§{{ a.hst }}", zh', "'thing' has no field 'hst'", "mean 'host'"),
    ('{{ a.host }}", zh', '§{% if x %}", zh', "is not allowed", "{{ alias.field }}"),
    ('{{ a.host }}", zh', '§{{ a.host | upper }}", zh', "there is no filter 'upper'", "list"),
    ('{{ a.host }}", zh', '§{{ 1 + 1 }}", zh', "is not a placeholder", "{{ alias.field }}"),
    (', zh-Hant: "{{ a.host }}的標題"', "", "'title' is missing in zh-Hant", ""),
    ('"{{ a.host }}的標題"}', "標題}", "'title' names different values in en and zh-Hant", ""),
    ("zh-Hant: [一]", "§zh-Hant: [一, 二]", "'fix' has 2 steps in zh-Hant, 1 in en", ""),
    ("zh-Hant: 原因", "§fr: cause", "'fr' is not a known key of 'cause'", "one of: en"),
    ('document: "1"', "document: §1", "'document' must be text, but 1 is a number", "quotes"),
    ("{name: nothing, facts: [],", "§{name: nothing,", "`deployment` or `facts`", "deployment: {}"),
    ("status: active", "status: active\n§status: active", "duplicate key 'status'", "line 2"),
    ("status: active", "status: §&x active", "anchors and aliases are not allowed", ""),
    ("status: active", "status: §*x", "anchors and aliases are not allowed", ""),
    ("status: active", "status: §!!str active", "tags", ""),
    ("status: active", "status: §'active", "not valid YAML", ""),
    ("  fact: thing\n", "§\tfact: thing\n", "not valid YAML", "spaces, not tabs"),
    ("status: active", "status: a§\x1b[31m", "control character U+001B", "remove it"),
    ("symptom: EXW-001", "symptom: EXW§: 001", "not valid YAML", "quotes"),
]


BILLION_LAUGHS = b"a: &a [lol, lol]\n" + b"".join(
    f"{name}: &{name} [*{of}, *{of}, *{of}, *{of}]\n".encode()
    for of, name in zip("abcdefgh", "bcdefghi", strict=True)
)


def _problems(text: str, vocabulary: Vocabulary) -> list[Problem]:
    problems: list[Problem] = []
    load_rule("area/rule", "rule.yaml", text.encode(), vocabulary, problems)
    return problems


def test_the_good_rule_is_good(vocabulary: Vocabulary) -> None:
    """What the mistakes are made from has none itself."""
    assert _problems(GOOD, vocabulary) == []


@pytest.mark.parametrize(("old", "new", "message", "hint"), MISTAKES)
def test_each_mistake_is_told(
    vocabulary: Vocabulary, old: str, new: str, message: str, hint: str
) -> None:
    """A mistake is named once, at its line and column, with a hint where there is one."""
    assert old in GOOD
    text = GOOD.replace(old, new, 1)
    before, marked, _ = text.partition("§")
    problems = _problems(text.replace("§", "", 1), vocabulary)
    matching = [p for p in problems if message in p.message and hint in p.hint]
    assert len(matching) == 1, list(map(str, problems))
    if marked:
        place = (before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1)
        assert (matching[0].line, matching[0].column) == place, str(matching[0])


def test_all_mistakes_at_once(vocabulary: Vocabulary) -> None:
    """An author sees every mistake of every file in one run, in order."""
    text = GOOD.replace("name: x", "nmae: x").replace("state: ok", "state: okay")
    assert [(p.line, p.column) for p in _problems(text, vocabulary)] == [(11, 11), (11, 44)]


def test_a_misspelt_required_key_is_one_mistake(vocabulary: Vocabulary) -> None:
    """The key that is missing because another is misspelt is not told a second time."""
    problems = _problems(GOOD.replace("severity:", "sevrity:"), vocabulary)
    assert [p.message for p in problems] == ["unknown key 'sevrity'"]


def test_the_caret_stands_below_the_mistake_after_wide_characters() -> None:
    """East Asian characters take two columns, so the caret is moved by two for each."""
    document, problems = parse_yaml("r.yaml", "標題: 甲\n標題: 乙\n".encode())
    assert document is not None
    assert problems[0].frame().splitlines() == [
        "r.yaml:2:1: error: duplicate key '標題'",
        "  |",
        "1 | 標題: 甲",
        "2 | 標題: 乙",
        "  | ^^^^ first given on line 1",
    ]


def test_one_line_form_is_what_editors_read() -> None:
    """file:line:column: level: message (hint)"""
    problem = Problem("a/b.yaml", 3, 7, "wrong", "do this")
    assert str(problem) == "a/b.yaml:3:7: error: wrong (do this)"


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (b"", "the file is empty"),
        (b"# only a comment\n", "the file is empty"),
        (b"a: 1\n---\nb: 2\n", "more than one document"),
        (b"a: \xff\n", "not UTF-8"),
        (b"x" * (MAX_BYTES + 1), "larger than"),
        (b"[" * 100_000, "nested more than"),
        (b"- " * 100_000 + b"x", "nested more than"),
        (b"{a: " * 10_000, "nested more than"),
        (BILLION_LAUGHS, "anchors and aliases are not allowed"),
        (b"a: " + b"x" * 5_000_000, "larger than"),
        (b"? [a]\n: b\n", "a key must be a single word"),
    ],
)
def test_files_that_are_no_rule_at_all(raw: bytes, message: str) -> None:
    """Reading stops early, with one problem, before anything large is built."""
    document, problems = parse_yaml("r.yaml", raw)
    assert document is None
    assert [message in p.message for p in problems] == [True]


@settings(deadline=None)
@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_no_bytes_raise(vocabulary: Vocabulary, raw: bytes) -> None:
    """Whatever a file holds, the answer is a rule or problems, each at a place in the file."""
    problems: list[Problem] = []
    assert load_rule("area/rule", "r.yaml", raw, vocabulary, problems) is None
    assert problems
    assert all(p.line >= 1 and p.column >= 1 and p.frame() for p in problems)


_JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)
    | st.sampled_from(["$a.host", "$a.number", "thing", "finding", "{{ a.b }}", "EXW-001"]),
    lambda inner: st.lists(inner, max_size=2)
    | st.dictionaries(
        st.text(max_size=5) | st.sampled_from(["fact", "where", "none", "any", "let", "in", "en"]),
        inner,
        max_size=2,
    ),
    max_leaves=6,
)  # fmt: skip


def _locations(data: object, at: Location = ()) -> Iterator[Location]:
    """Of everything that a value holds."""
    inner: Iterable[tuple[str | int, object]] = ()
    if isinstance(data, dict):
        inner = data.items()
    elif isinstance(data, list):
        inner = enumerate(data)
    for part, value in inner:
        yield (*at, part)
        yield from _locations(value, (*at, part))


def test_places_are_where_things_stand() -> None:
    """In every shipped rule, the text at a key's place is the key, at a plain value's the value."""
    folder = Path(str(resources.files("certclinic.rules")))
    seen = 0
    for file in sorted(folder.glob("[!d]*/*.yaml")):
        document, _ = parse_yaml(file.name, file.read_bytes())
        assert document is not None
        for location in _locations(document.data):
            key, value = document.span(location, at_key=True), document.span(location)
            written = [
                document.lines[span.line - 1][span.column - 1 : span.end_column - 1]
                for span in (key, value)
            ]
            if isinstance(location[-1], str):
                assert written[0].strip("'\"") == location[-1]
            if written[1] and written[1][0].isalpha() and value.line == value.end_line:
                found = document.data
                for part in location:
                    found = found[part]
                assert found == written[1] or isinstance(found, bool) or not found
                seen += isinstance(found, str)
    assert seen > 5_000


@settings(deadline=None)
@given(st.data())
def test_no_structure_raises(vocabulary: Vocabulary, data: st.DataObject) -> None:
    """Put anything in the place of any part of a rule: it loads, or its mistakes are told."""
    document, _ = parse_yaml("r.yaml", GOOD.encode())
    assert document is not None
    *way, last = data.draw(st.sampled_from(sorted(_locations(document.data), key=repr)))
    part = document.data
    for step in way:
        part = part[step]
    part[last] = data.draw(_JUNK)
    problems: list[Problem] = []
    raw = json.dumps(document.data).encode()
    loaded = load_rule("area/rule", "r.yaml", raw, vocabulary, problems)
    assert problems or loaded is not None
    assert all(p.frame() for p in problems)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("no", "no"), ("on", "on"), ("yes", "yes"), ("true", True), ("False", False), ("~", None),
        ("", None), ("012", 12), ("1e3", 1000.0), ("8.10", 8.1), ("0x10", "0x10"),
        ("2026-11-24", "2026-11-24"), ("'5'", "5"), ("1:30", "1:30"), ("X14.2", "X14.2"),
        ("9" * 30, "9" * 30),
    ],
)  # fmt: skip
def test_scalars_are_those_of_yaml_1_2(text: str, value: object) -> None:
    """Words such as `no`, dates and sexagesimals stay text; the core schema decides the rest."""
    document, problems = parse_yaml("r.yaml", f"key: {text}\n".encode())
    assert document is not None and problems == []
    assert document.data == {"key": value}


def _write(folder: Path, name: str, text: str) -> None:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")


def test_later_folders_override(tmp_path: Path, vocabulary: Vocabulary) -> None:
    """A rule of a later folder replaces the one of the same id; data folders hold no rules."""
    _write(tmp_path / "own", "area/one.yaml", GOOD)
    _write(tmp_path / "own", "area/two.yaml", GOOD)
    _write(tmp_path / "own", "data/table.yaml", "not: a rule")
    _write(tmp_path / "site", "area/one.yaml", GOOD.replace("critical", "info"))
    rules = load_rules([tmp_path / "own", tmp_path / "site"], vocabulary).rules
    assert {rule_id: rule.rule.severity for rule_id, rule in rules.items()} == {
        "area/one": "info",
        "area/two": "critical",
    }


@pytest.mark.parametrize("name", ["rule.yaml", "area/rule.yml", "area/Rule One.yaml"])
def test_files_that_would_be_passed_over_are_told(
    tmp_path: Path, vocabulary: Vocabulary, name: str
) -> None:
    """A rule file in the wrong place or with the wrong name is an error, never ignored."""
    _write(tmp_path, name, GOOD)
    with pytest.raises(RuleProblems) as raised:
        load_rules([tmp_path], vocabulary)
    assert [p.file for p in raised.value.problems] == [str(tmp_path / name)]


def test_a_folder_that_is_not_there(tmp_path: Path, vocabulary: Vocabulary) -> None:
    """A misspelt folder is an error, not an empty set of rules."""
    with pytest.raises(RuleProblems, match="no such folder"):
        load_rules([tmp_path / "missing"], vocabulary)
