"""Texts of a rule that are not written yet, or that name what only its tests know."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from ..problems import Problem
from ..rule_base import CompiledRule
from ..rulefile.yaml_source import Document, Location

TO_FILL_IN = ("FILL IN", "待填")
"""What stands in a new rule where its author has to write."""

_PLACEHOLDER = re.compile(r"\{\{.*?\}\}", re.DOTALL)
_ONE_BRACE = re.compile(r"(?<!\{)\{\s*([a-z_]\w*\.\w+)\s*\}(?!\})")
_WIDE_QUOTES = re.compile("[“”＂]([^“”＂]*)[“”＂]")
_CJK = re.compile("[\u3400-\u9fff\uf900-\ufaff]")


def texts(rule: CompiledRule, document: Document) -> Iterator[Problem]:
    """Findings about the texts, sources and tests of one rule."""
    known = {node for test in rule.rule.tests for node in test.nodes or ()}
    node = re.compile(rf"(?<![\w.-])(?:{'|'.join(map(re.escape, sorted(known)))})(?![\w-]|\.\w)")
    for at, text in _written(document.data, ()):
        for mark in TO_FILL_IN:
            if mark in text:
                message = "this is still to be filled in"
                problem = document.problem_within(at, mark, message, "write it for the reader")
                yield replace(problem, code="to-fill-in", level="warning")
                break
        if at[0] != "text":
            continue
        if quoted := _WIDE_QUOTES.fullmatch(text):
            hint = f'straight quotes, "{quoted[1]}", or none'
            problem = document.problem(at, "full-width quotes become part of the text", hint)
            yield replace(problem, code="quotes", level="warning")
        if half := _ONE_BRACE.search(text):
            hint = f"write {{{{ {half[1]} }}}}"
            problem = document.problem_within(at, half[0], "one brace fills nothing in", hint)
            yield replace(problem, code="placeholder")
        if at[2] == "en" and (strange := _CJK.search(text)):
            problem = document.problem_within(at, strange[0], "Chinese in the English text")
            yield replace(problem, code="language", level="warning")
        if at[2] != "en" and not _CJK.search(_PLACEHOLDER.sub("", text)):
            problem = document.problem(at, f"the text in {at[2]} is not translated")
            yield replace(problem, code="language", level="warning")
        if known and (named := node.search(_PLACEHOLDER.sub("", text))):
            message = f"'{named[0]}' is a node of the rule's tests, not of the reader"
            problem = document.problem_within(at, named[0], message, "write {{ alias.field }}")
            yield replace(problem, code="unbound-node")


def _written(data: object, at: Location) -> Iterator[tuple[Location, str]]:
    """Every text in the parts that people read."""
    if isinstance(data, dict):
        for key, value in data.items():
            if at or key in ("text", "sources", "tests"):
                yield from _written(value, (*at, key))
    elif isinstance(data, list):
        for number, value in enumerate(data):
            yield from _written(value, (*at, number))
    elif isinstance(data, str):
        yield at, data
