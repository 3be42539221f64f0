"""The template language of texts: nothing but observed values."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from certclinic.engine.facts import Value
from certclinic.engine.rulefile.templates import TemplateError, parse_template, render

REFUSED = [
    "{{ a }}", "{{ a.b.c }}", "{{ a.__class__ }}", "{{ a['b'] }}", "{{ a.b() }}", "{{ 'x' }}",
    "{{ a.b if a.c }}", "{{ a.b ~ a.c }}", "{{ a.b | upper }}", "{{ a.b | list | safe }}",
    "{{ each.each.a.b }}", "{{ a.b", "a.b }}", "{% raw %}", "{# note #}", "{{ }}", "{{{ a.b }}}",
    "{{ a.b |}}", "{{ a.b.__class__.__mro__ }}", "{{ ''.__class__ }}", "{{ a['__init__'] }}",
    "{{ cycler.__init__.__globals__.os.popen('id').read() }}", "{{ config }}", "{{ self._x }}",
    "{{ a.b | attr('__class__') }}", "{{ a.b | map('upper') }}", "{{ 7 * 7 }}", "{{ range(9) }}",
    "{% import 'os' as os %}", "{% for x in a.b %}{{ x }}{% endfor %}", "{{ a.b; c.d }}",
    "{{ a.b\n| list | list() }}", "{{- a.b -}}", "{{ A.b }}", "{{ a․b }}",
    "{{ a.b | is/are }}", "{{ each.a.b | list | is/are }}", "{{ each.a.b | is/are/be }}",
]  # fmt: skip


@pytest.mark.parametrize("text", REFUSED)
def test_anything_else_is_refused(text: str) -> None:
    """Expressions, calls, statements, comments and foreign filters are errors, with the piece."""
    with pytest.raises(TemplateError) as raised:
        parse_template(text)
    assert raised.value.snippet in text


def test_a_text_has_so_many_placeholders() -> None:
    """A text can't be made to hold the same long list over and over."""
    assert 50 == len(parse_template("{{ each.a.b }}" * 50).placeholders)
    with pytest.raises(TemplateError, match="more than 50 placeholders"):
        parse_template("{{ each.a.b }}" * 51)


def test_broken_marks_are_told_at_once() -> None:
    """Half a megabyte of opened placeholders is refused at the first one."""
    with pytest.raises(TemplateError) as raised:
        parse_template("{{" * 250_000)
    assert len(raised.value.snippet) < 100


_WORDS = st.text(st.characters(codec="utf-8"), max_size=20)


@settings(deadline=None)
@given(_WORDS)
def test_text_is_itself_or_refused(text: str) -> None:
    """Text without marks comes out as it went in; text with marks never does by accident."""
    try:
        template = parse_template(text)
    except TemplateError:
        assert re.search(r"\{\{|\}\}|\{%|%\}|\{#|#\}", text)
        return
    assert render(template, lambda _alias, _field: [], "en") == text


@settings(deadline=None)
@given(_WORDS)
def test_values_come_out_unchanged(value: str) -> None:
    """What was observed is not read as a template again."""
    template = parse_template("<{{ a.b }}>")
    assert render(template, lambda _alias, _field: [("text", value)], "zh-Hant") == f"<{value}>"


VALUES: list[tuple[str, list[tuple[str, Value]], str, str]] = [
    ("{{ a.b }}", [], "—", "—"),
    ("{{ a.b }}", [("text", "x"), ("text", "y")], "x", "x"),
    ("{{ each.a.b | list }}", [("text", "y"), ("text", "x"), ("text", "y")], "x and y", "x和y"),
    ("{{ each.a.b }}", [("text", v) for v in "abc"], "a, b, and c", "a、b和c"),
    ("{{ a.b | list }}", [("list", ("x", "y"))], "x and y", "x和y"),
    ("{{ each.a.b | is/are }}", [("text", "x"), ("text", "x")], "is", "is"),
    ("{{each.a.b|is/are}}", [("text", "x"), ("text", "y")], "are", "are"),
    ("{{ a.b }}", [("list", ())], "—", "—"),
    ("{{ a.b }}", [("flag", False)], "no", "否"),
    ("{{ a.b }}", [("number", 2222)], "2222", "2222"),
    ("{{ a.b | date }}", [("time", 1_767_225_600)], "January 1, 2026", "2026年1月1日"),
    ("{{ a.b | date }}", [("time", 10**17)], str(10**17), str(10**17)),
    ("{{ a.b | short }}", [("text", "x" * 100)], "x" * 79 + "…", "x" * 79 + "…"),
]


@pytest.mark.parametrize(("text", "values", "en", "zh"), VALUES)
def test_values_by_language(text: str, values: list[tuple[str, Value]], en: str, zh: str) -> None:
    """Lists, dates and flags are written as the language writes them."""
    template = parse_template(text)
    assert render(template, lambda _alias, _field: values, "en") == en
    assert render(template, lambda _alias, _field: values, "zh-Hant") == zh


@pytest.mark.parametrize(
    ("language", "shown"),
    [
        ("en", "December 31, 2025 23:59:59 UTC"),
        ("zh-Hant", "2025年12月31日 23:59:59 UTC"),
        ("ja", "2025年12月31日 23:59:59 UTC"),
    ],
)
def test_a_time_is_told_to_the_second_in_utc(language: str, shown: str) -> None:
    """Without a filter a time shows date, time of 24 hours, and zone, as reports write them."""
    template = parse_template("{{ a.b }}")
    assert shown == render(template, lambda _alias, _field: [("time", 1_767_225_599)], language)
