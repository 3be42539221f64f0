"""One healthy rule, and the mistakes that people make in it: each a small edit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

MODELINE = "# yaml-language-server: $schema=../schema.json\n"
HEALTHY = (
    MODELINE
    + """\
symptom: EXW-033
status: active
severity: critical
confidence: certain
since: 2026-11-24
applies_to: [expressway_e]
versions: {edge: ">=X14.2 <X15.5"}
when:
- let: edge
  fact: node
  where: {role: expressway_e, mra: true}
- let: link
  fact: link_check
  where:
    verifier: $edge.host
    state: fail
    depth: {ge: 1}
- none:
    fact: alarm
    where: {host: $edge.host, id: 25022}
supports:
- {let: zone, fact: zone, where: {host: $edge.host, uc: true}}
nodes: [$edge.host]
text:
  title:
    en: "{{ edge.host }} is refused"
    zh-Hant: "{{ edge.host }}遭到拒絕"
  cause:
    en: The chain is not complete.
    zh-Hant: 證書鏈不完整。
  fix:
    en:
    - Install the missing CA.
    zh-Hant:
    - 安裝缺少的CA。
  verify:
    en: [The zone is Active.]
    zh-Hant: [區域為Active。]
sources:
- {title: Mobile and Remote Access Deployment Guide, document: "213872", confidence: H}
tests:
- name: an intermediate CA is missing
  deployment: {nodes: {edge1: {trust: [root]}}}
  expect: fire
  nodes: [edge1]
- name: nothing is missing
  deployment: {}
  expect: silent
"""
)


@dataclass(frozen=True)
class Broken:
    """An edit of the healthy rule: `old` becomes `new`, the § in it stands before the place that
    must be named. `message` and `cure` are words of what must be said there.

    `at` is that place where the edit leaves nothing to mark. `editor` is whether
    yaml-language-server flags the line, one beside it, or can't know of the mistake.
    """

    name: str
    old: str
    new: str
    message: str
    cure: str
    editor: Literal["same", "near", "blind"] = "same"
    encoding: Literal["utf-8", "utf-16"] = "utf-8"
    at: tuple[int, int] | None = None

    @property
    def text(self) -> str:
        """The broken file."""
        assert self.old in HEALTHY, self.name
        return HEALTHY.replace(self.old, self.new.replace("§", ""), 1)

    @property
    def raw(self) -> bytes:
        """Its bytes."""
        return self.text.encode(self.encoding, "surrogateescape")

    @property
    def place(self) -> tuple[int, int]:
        """Line and column that must be named, from 1."""
        if self.at:
            return self.at
        before = HEALTHY.partition(self.old)[0] + self.new.partition("§")[0]
        return before.count("\n") + 1, len(before) - before.rfind("\n")


BROKEN = (
    # YAML that can't be read
    Broken("tab for indentation", "  fact: node\n", "§\tfact: node\n", "not valid YAML", "spaces"),
    Broken("key not under its parent", "    state: fail\n", "   §state: fail\n", "indented",
        "same column"),
    Broken("key too deep", "status: active\n", "status: active\n  §severity: critical\n",
        "not valid YAML", "quotes", editor="near"),
    Broken("unclosed quote", '"{{ edge.host }} is refused"', '§"{{ edge.host }} is refused',
        "quote", "closing"),
    Broken("quotes within quotes", '"{{ edge.host }} is refused"', '"the §"zone" is refused"',
        "not valid YAML", "single quotes"),
    Broken("percent sign at the start", "Install the missing CA.", "§%s of all calls fail",
        "not valid YAML", "quotes"),
    Broken("at sign at the start", "Install the missing CA.", "§@domain is refused",
        "not valid YAML", "quotes"),
    Broken("backtick at the start", "Install the missing CA.", "§`show` is refused",
        "not valid YAML", "quotes"),
    Broken("colon in a text", "Install the missing CA.", "§Open this: System > Time",
        "must be text", "quotes"),
    Broken("colon in a longer text", "en: The chain is not complete.",
        "en: The chain§: not complete.", "not valid YAML", "quotes"),
    Broken("placeholder without quotes", '"{{ edge.host }} is refused"',
        "{§{ edge.host }} is refused", "a key must be a single word", "in quotes"),
    Broken("only a placeholder without quotes", '"{{ edge.host }} is refused"', "{§{ edge.host }}",
        "a key must be a single word", "in quotes"),
    Broken("unclosed bracket", "applies_to: [expressway_e]", "applies_to: §[expressway_e",
        "not valid YAML", "]", editor="near"),
    Broken("unclosed brace", "{role: expressway_e, mra: true}", "§{role: expressway_e, mra: true",
        "not valid YAML", "}", editor="near"),
    Broken("full-width colon after a key", "status: active", "status§：active",
        "a full-width colon", "type ': '"),
    Broken("full-width comma", "expressway_e, mra: true}", "expressway_e§，mra: true}",
        "means nothing to YAML", "type ','"),
    Broken("full-width quotes", '"{{ edge.host }} is refused"', "§“{{ edge.host }} is refused”", "",
        "straight quotes", editor="blind"),
    Broken("no blank after the colon", "severity: critical", "severity§:critical", "run together",
        "blank after the colon"),
    Broken("no blank after the dash", "    - Install the missing CA.\n",
        "    §-Install the missing CA.\n", "run together", "blank after the dash"),
    Broken("anchor and alias", "[expressway_e]", "§&role [expressway_e]", "anchors and aliases",
        "write the value out"),
    Broken("alias without an anchor", "status: active", "status: §*active", "anchors and aliases",
        "write the value out"),
    Broken("tag", "since: 2026-11-24", "since: §!!str 2026-11-24", "tags", "remove it",
        editor="blind"),
    Broken("merge key", "    state: fail\n", "    §<<: fail\n", "merge keys",
        "write the fields out", editor="blind"),
    Broken("two documents", "tests:\n", "§---\ntests:\n", "more than one document",
        "one rule per file", editor="blind"),
    Broken("duplicate key", "severity: critical\n", "severity: critical\n§severity: info\n",
        "duplicate key 'severity'", "line 4"),
    Broken("byte that is no UTF-8", "is refused", "is refus§\udce9", "not UTF-8",
        "save the file as UTF-8", editor="blind"),
    Broken("UTF-16", HEALTHY, "§" + HEALTHY, "not UTF-8", "save the file as UTF-8",
        encoding="utf-16", editor="blind"),
    Broken("empty file", HEALTHY, "§", "empty", "rules new", editor="blind"),
    Broken("only a comment", HEALTHY, "§# to be written\n", "empty", "rules new", editor="blind"),
    Broken("a list at the top", HEALTHY, f"{MODELINE}§- EXW-033\n", "must be a mapping",
        "key: value"),
    Broken("a word at the top", HEALTHY, f"{MODELINE}§EXW-033\n", "must be a mapping",
        "key: value"),
    Broken("merge conflict", "status: active\n", "§<<<<<<< HEAD\nstatus: active\n=======\n", "",
        "merge"),
    Broken("invisible character", "status: active", "status: §\u200bactive", "U+200B", "remove"),
    Broken("non-breaking space", "status: active", "status:§\u00a0active", "U+00A0",
        "ordinary blank"),
    # Keys and values of the format
    Broken("misspelt key", "severity: critical", "§severty: critical", "unknown key 'severty'",
        "did you mean 'severity'?"),
    Broken("key in capitals", "severity: critical", "§Severity: critical", "unknown key 'Severity'",
        "did you mean 'severity'?"),
    Broken("missing key", "confidence: certain\n", "", "'confidence' is missing", "confidence:",
        at=(2, 1)),
    Broken("misspelt status", "status: active", "status: §actve",
        "'actve' is not a value of 'status'", "did you mean 'active'?"),
    Broken("value in capitals", "severity: critical", "severity: §Critical",
        "'Critical' is not a value", "did you mean 'critical'?"),
    Broken("date with slashes", "2026-11-24", "§2026/11/24", "is not a valid 'since'",
        "2026-11-24"),
    Broken("a day that is not", "2026-11-24", "§2026-02-30", "is not a valid 'since'",
        "no such day",
        editor="blind"),
    Broken("symptom of another form", "EXW-033", "§EXW033", "is not a valid 'symptom'", "EXW-033"),
    Broken("one value for a list", "nodes: [$edge.host]", "nodes: §$edge.host", "must be a list",
        "[$edge.host]"),
    Broken("one step for a list of steps", "    en: [The zone is Active.]",
        "    en: §The zone is Active.", "must be a list; start each line with '- '",
        "[The zone is Active.]"),
    Broken("list for text", "en: The chain is not complete.", "en: §[The chain is not complete.]",
        "must be text", "without"),
    Broken("number for text", 'document: "213872"', "document: §213872", "must be text", "quotes"),
    Broken("version as a number", '{edge: ">=X14.2 <X15.5"}', "{edge: §14.2}", "must be text",
        "quotes"),
    Broken("range without an operator", '">=X14.2 <X15.5"', '§"X14.2 - X15.5"', "is not a range",
        ">=X14.2 <X15.5"),
    Broken("range in words", '">=X14.2 <X15.5"', '§"from X14.2"', "is not a range",
        ">=X14.2 <X15.5"),
    Broken("condition without its dash", "- let: link\n", "  §let: link\n", "duplicate key 'let'",
        "'- '"),
    Broken("language is missing", "    zh-Hant: 證書鏈不完整。\n", "",
        "'cause' is missing in zh-Hant", "zh-Hant:", at=(29, 3)),
    Broken("language of another name", "    zh-Hant: 證書鏈不完整。", "    §zh-TW: 證書鏈不完整。",
        "'zh-TW' is not", "zh-Hant"),
    Broken("language with an underscore", "    zh-Hant: 證書鏈", "    §zh_Hant: 證書鏈",
        "'zh_Hant' is not", "did you mean 'zh-Hant'?"),
    Broken("text is empty", "en: The chain is not complete.", "en:§", "must be text", "write"),
    Broken("no country but a word", "expect: silent", "expect: §no",
        "'no' is not a value of 'expect'", "silent"),
    # Facts, fields and operators
    Broken("misspelt fact", "fact: node", "fact: §nod", "there is no fact 'nod'",
        "did you mean 'node'?"),
    Broken("fact in capitals", "fact: node", "fact: §Node", "there is no fact 'Node'",
        "did you mean 'node'?"),
    Broken("misspelt field", "    state: fail", "    §stat: fail",
        "'link_check' has no field 'stat'", "did you mean 'state'?"),
    Broken("value that the field never has", "    state: fail", "    state: §failed",
        "'failed' is not a value", "did you mean 'fail'?"),
    Broken("misspelt operator", "{ge: 1}", "{§gte: 1}", "'gte' is not an operator", "did you mean"),
    Broken("operator as a sign", "depth: {ge: 1}", "depth: §>= 1", "'>=' is no operator",
        "{ge: 1}"),
    Broken("operator of another kind", "    state: fail", "    state: {§gt: fail}",
        "does not work on a choice", "one of"),
    Broken("yes for true", "mra: true", "mra: §yes", "must be true or false", "write true"),
    Broken("true in quotes", "mra: true", 'mra: §"True"', "must be true or false",
        "without quotes"),
    Broken("number in quotes", "id: 25022", 'id: §"25022"', "must be a whole number",
        "without quotes"),
    Broken("several values without in", "    state: fail", "    state: §[fail, unknown]",
        "must be text", "{in: [...]}"),
    Broken("in without a list", "    state: fail", "    state: {in: §fail}", "'in' needs a list",
        "[fail]"),
    Broken("alias used before it is bound", "{role: expressway_e, mra: true}",
        "{host: §$link.verifier}", "no condition before this one is called 'link'", "further up",
        editor="blind"),
    Broken("alias that is unknown", "    verifier: $edge.host", "    verifier: §$egde.host",
        "called 'egde'", "did you mean 'edge'?", editor="blind"),
    Broken("reference without its sign", "nodes: [$edge.host]", "nodes: [§edge.host]",
        "is not a valid", "$edge.host"),
    Broken("reference to an unknown field", "nodes: [$edge.host]", "nodes: [§$edge.name]",
        "'node' has no field 'name'", "one of", editor="blind"),
    Broken("placeholder of an unknown alias", '"{{ edge.host }} is', '"§{{ egde.host }} is',
        "called 'egde'", "did you mean 'edge'?", editor="blind"),
    Broken("placeholder with one brace", '"{{ edge.host }} is', '"§{ edge.host } is', "",
        "{{ edge.host }}", editor="blind"),
    Broken("absence without a node", "where: {host: $edge.host, id: 25022}", "§where: {id: 25022}",
        "on which node", "host: $alias.field"),
    Broken("test without facts", "- name: nothing is missing\n  deployment: {}\n",
        "- §name: nothing is missing\n", "`deployment` or `facts`", "deployment: {}"),
    Broken("misspelt role", "[expressway_e]", "[§expressway-e]", "there is no role 'expressway-e'",
        "did you mean 'expressway_e'?"),
)  # fmt: skip
